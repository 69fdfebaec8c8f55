// The lanes of the player: what is drawn in them, and what is said beside the pictures.

const SMALLEST_SCALE = 0.35; // Quiet stems are drawn larger, but never more than this against the loudest sound.

class Lanes {
  #lanes;
  #song = null;
  #pictures = new Map(); // Name of a sound -> its outline and, once it was shown, its spectrogram.

  constructor(lanes) {
    this.#lanes = lanes;
  }

  take(song) {
    this.#song = song;
    const tracks = Object.entries(song.tracks);
    this.#pictures = new Map(tracks.map(([key, track]) => [key, decodeOutline(track.outline)]));
    for (const lane of this.#lanes) {
      const score = song.sdr[lane.dataset.stem];
      lane.querySelector(".lane-score").textContent = score === undefined ? "" : `MDX SDR ${decibels(score, 2)} dB`;
      lane.classList.remove("missing");
    }
    this.showSecond(0);
  }

  // Draws every lane; keyOf says which sound a stem's lane shows.
  draw(keyOf, asSpectrogram) {
    for (const lane of this.#lanes) {
      const key = keyOf(lane.dataset.stem);
      const canvas = lane.querySelector(".picture");
      lane.classList.toggle("absent", !this.#pictures.has(key));
      canvas.dataset.shows = `${key} ${asSpectrogram ? "spectrogram" : "waveform"}`;
      const context = prepare(canvas);
      if (!context) continue;
      if (asSpectrogram) this.#drawSpectrogram(context, key, lane);
      else this.#drawOutlines(context, key, lane);
      this.#drawFailures(lane);
    }
  }

  // Behind an estimate stands its reference as a shadow, and the other way round.
  #drawOutlines(context, key, lane) {
    const other = key.startsWith("reference-") ? `estimate-${lane.dataset.stem}` : `reference-${lane.dataset.stem}`;
    const shadow = this.#pictures.get(other);
    const picture = this.#pictures.get(key);
    const fullScale = Math.max(loudest([shadow, picture]), SMALLEST_SCALE * loudest([...this.#pictures.values()]));
    if (shadow) drawOutline(context, shadow.outline, fullScale, colourOf(lane, "--text"), 0.22);
    if (picture) drawOutline(context, picture.outline, fullScale, colourOf(lane, "--stem"), 0.9);
  }

  async #drawSpectrogram(context, key, lane) {
    const picture = this.#pictures.get(key);
    if (!picture) return;
    const { canvas } = context;
    const shown = canvas.dataset.shows;
    picture.mask ??= decodeSpectrogram(this.#song.tracks[key].spectrogram);
    const mask = await picture.mask;
    if (picture !== this.#pictures.get(key) || shown !== canvas.dataset.shows) return;
    context.clearRect(0, 0, canvas.width, canvas.height);
    drawSpectrogram(context, mask, colourOf(lane, "--stem"));
  }

  #drawFailures(lane) {
    const canvas = lane.querySelector(".failures");
    const { frames, duration_seconds: duration } = this.#song;
    const scores = frames?.sdr[lane.dataset.stem];
    canvas.hidden = !scores;
    const context = scores && prepare(canvas);
    if (context) drawFailures(context, scores, frames.hop_seconds, duration, colourOf(lane, "--bad"));
  }

  // Says beside each stem how good the second is that is heard.
  showSecond(seconds) {
    const frames = this.#song?.frames;
    for (const lane of this.#lanes) {
      const score = frames?.sdr[lane.dataset.stem]?.[Math.floor(seconds / frames.hop_seconds)];
      const shown = score === null ? "\u2013" : `${decibels(score ?? 0, 1)} dB`;
      lane.querySelector(".lane-now").textContent = score === undefined ? "" : `v4 SDR here ${shown}`;
    }
  }

  showMissing(key) {
    this.#lanes.find((lane) => key.endsWith(lane.dataset.stem)).classList.add("missing");
  }
}
