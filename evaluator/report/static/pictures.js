// Draws what was prepared when the page was written: outlines, spectrograms, and the line of failures.

const BAD_SDR = -10; // At and below this, in dB, the line of failures is fully coloured;
const GOOD_SDR = 10; // at and above this it is not.

function decodeOutline(base64) {
  const outline = new Int8Array(bytesOf(base64).buffer);
  return { outline, peak: outline.reduce((most, value) => Math.max(most, Math.abs(value)), 0) };
}

// The largest value in some pictures' outlines, at least 1; pictures may be missing.
function loudest(pictures) {
  return Math.max(1, ...pictures.map((picture) => picture?.peak ?? 0));
}

// Gives a canvas the size that it has on the screen; returns its context, or null while it is hidden.
function prepare(canvas) {
  const { clientWidth, clientHeight } = canvas;
  if (!clientWidth) return null;
  const density = window.devicePixelRatio || 1;
  canvas.width = Math.round(clientWidth * density);
  canvas.height = Math.round(clientHeight * density);
  return canvas.getContext("2d");
}

function drawOutline(context, outline, fullScale, colour, opacity) {
  const { width, height } = context.canvas;
  const points = outline.length / 2;
  const y = (value) => (height / 2) * (1 - (0.96 * value) / fullScale);
  context.fillStyle = colour;
  context.globalAlpha = opacity;
  for (let column = 0; column < width; column += 1) {
    const first = Math.floor((column * points) / width);
    const last = Math.max(first + 1, Math.floor(((column + 1) * points) / width));
    let low = 127;
    let high = -127;
    for (let point = first; point < last; point += 1) {
      low = Math.min(low, outline[2 * point]);
      high = Math.max(high, outline[2 * point + 1]);
    }
    context.fillRect(column, y(high), 1, Math.max(1, y(low) - y(high)));
  }
  context.globalAlpha = 1;
}

// Turns a grey picture into a mask: white covers, black is clear.
async function decodeSpectrogram(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  const mask = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
  const context = mask.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, mask.width, mask.height);
  for (let index = 0; index < pixels.data.length; index += 4) pixels.data[index + 3] = pixels.data[index];
  context.putImageData(pixels, 0, 0);
  return mask;
}

function drawSpectrogram(context, mask, colour) {
  const { width, height } = context.canvas;
  context.drawImage(mask, 0, 0, width, height);
  context.globalCompositeOperation = "source-in";
  context.fillStyle = colour;
  context.fillRect(0, 0, width, height);
  context.globalCompositeOperation = "source-over";
}

function drawFailures(context, scores, hopSeconds, duration, colour) {
  const { width, height } = context.canvas;
  context.fillStyle = colour;
  scores.forEach((score, index) => {
    if (score === null) return;
    context.globalAlpha = Math.min(Math.max((GOOD_SDR - score) / (GOOD_SDR - BAD_SDR), 0), 1);
    const start = (index * hopSeconds * width) / duration;
    const end = ((index + 1) * hopSeconds * width) / duration;
    context.fillRect(start, 0, end - start, height);
  });
  context.globalAlpha = 1;
}
