// Box plots, drawn when they come into view.

const PLOT_SETTINGS = { responsive: true, displayModeBar: false };

function coloured(figure, plot) {
  const data = figure.data.map((trace) => {
    const colour = colourOf(plot, `--${trace.name}`);
    return { ...trace, line: { color: colour, width: 1.5 }, marker: { color: colour, size: 5, opacity: 0.75 } };
  });
  const layout = themed(figure.layout, plot);
  layout.yaxis.fixedrange = true;
  return [data, layout];
}

async function draw(plot) {
  const figure = JSON.parse(plot.querySelector("script").textContent);
  const canvas = plot.querySelector(".plot-canvas");
  try {
    const library = await loadPlotly();
    await library.react(canvas, ...coloured(figure, plot), PLOT_SETTINGS);
  } catch (error) {
    canvas.textContent = `The figure needs a newer browser (${error.message}). The tables hold its numbers.`;
    return;
  }
  if (plot.dataset.drawn) return;
  plot.dataset.drawn = "yes";
  canvas.on("plotly_click", ({ points: [point] }) => {
    const index = [...document.querySelectorAll(".song option")].findIndex((song) => song.value === point.customdata);
    if (index < 0) return;
    player.open(index);
    root.scrollIntoView();
  });
}

const plots = [...document.querySelectorAll(".plot")];
const inView = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      inView.unobserve(target);
      draw(target);
    }
  },
  { rootMargin: "200px" },
);
plots.forEach((plot) => inView.observe(plot));
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  plots.filter((plot) => plot.dataset.drawn).forEach(draw);
});
window.addEventListener("beforeprint", () => plots.forEach(draw));
