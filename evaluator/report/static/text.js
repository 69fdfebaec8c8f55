// How numbers are written, where colours come from, and how packed bytes are read.

function colourOf(element, variable) {
  return getComputedStyle(element).getPropertyValue(variable);
}

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

function decibels(value, decimals) {
  return value.toFixed(decimals).replace("-", "\u2212");
}

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}
