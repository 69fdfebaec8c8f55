"""Which attention kernel is used, and that the choice is put back."""

import pytest
import torch

from models.parts.attention import flash_attention

CPU = torch.device("cpu")


def fused():
    return torch.backends.mha.get_fastpath_enabled()


def test_the_fused_path_is_off_in_float32_on_a_cpu_and_back_afterwards():
    assert fused()
    with flash_attention(CPU):
        assert not fused()
    assert fused()


def test_it_is_put_back_after_an_error():
    with pytest.raises(RuntimeError, match="stop"), flash_attention(CPU):
        raise RuntimeError("stop")
    assert fused()


def test_it_stays_on_under_autocast_and_on_a_gpu():
    with torch.autocast("cpu", dtype=torch.bfloat16), flash_attention(CPU):
        assert fused()
    with flash_attention(torch.device("cuda")):
        assert fused()


def test_both_paths_give_the_same():
    layer = torch.nn.MultiheadAttention(16, 2, batch_first=True).eval()
    sound = torch.randn(2, 50, 16, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        expected = layer(sound, sound, sound, need_weights=False)[0]
        with flash_attention(CPU):
            assert torch.allclose(layer(sound, sound, sound, need_weights=False)[0], expected, atol=1e-6)
