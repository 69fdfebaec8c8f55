// How numbers are written and where colours come from.

function colourOf(element, variable) {
  return getComputedStyle(element).getPropertyValue(variable);
}

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

function decibels(value, decimals) {
  return value.toFixed(decimals).replace("-", "\u2212");
}
