// The figure of a study: score against time.

async function drawFront() {
  const plot = document.querySelector("#front .plot");
  const canvas = plot.querySelector(".plot-canvas");
  const figure = JSON.parse(plot.querySelector("script").textContent);
  const colours = { "not separated": "--text-soft", "best for their time": "--accent", picked: "--good" };
  const data = figure.data.map((drawn) => {
    const trace = drawn.error_x ? { ...drawn, error_x: { ...drawn.error_x, color: colourOf(plot, "--line-strong") } } : drawn;
    if (!(trace.name in colours)) return trace;
    const colour = colourOf(plot, colours[trace.name]);
    const line = { ...trace.line, color: colour };
    return trace.mode === "lines" ? { ...trace, line } : { ...trace, marker: { ...trace.marker, color: colour } };
  });
  const layout = themed(figure.layout, plot);
  layout.shapes = layout.shapes.map((shape) => ({ ...shape, line: { ...shape.line, color: colourOf(plot, "--bad") } }));
  try {
    const library = await loadPlotly();
    await library.react(canvas, data, layout, { responsive: true, displayModeBar: false });
    plot.dataset.drawn = "yes";
  } catch (error) {
    canvas.textContent = `The figure needs a newer browser (${error.message}). The tables hold its numbers.`;
  }
}

drawFront();
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawFront);
