// Plotly, unpacked at its first use, in the page's colours and type.

let plotly = null;

function loadPlotly() {
  plotly ??= (async () => {
    const packed = new Blob([bytesOf(document.getElementById("plotly").textContent)]);
    const unpacked = await new Response(packed.stream().pipeThrough(new DecompressionStream("gzip"))).text();
    const script = document.createElement("script");
    script.textContent = unpacked;
    document.head.append(script);
    return window.Plotly;
  })();
  return plotly;
}

function themed(layout, plot) {
  const text = colourOf(plot, "--text-soft");
  const grid = colourOf(plot, "--line");
  const axis = { gridcolor: grid, linecolor: grid, zerolinecolor: colourOf(plot, "--line-strong"), color: text };
  const { fontFamily } = getComputedStyle(plot);
  return {
    ...layout,
    paper_bgcolor: "transparent",
    plot_bgcolor: "transparent",
    font: { family: fontFamily, size: 12, color: text },
    hoverlabel: {
      bgcolor: colourOf(plot, "--card"),
      bordercolor: colourOf(plot, "--line-strong"),
      font: { family: fontFamily, color: colourOf(plot, "--text") },
    },
    xaxis: { ...layout.xaxis, ...axis },
    yaxis: { ...layout.yaxis, ...axis },
  };
}
