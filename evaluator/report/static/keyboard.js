// Keys of the player, wherever the focus is, unless what has the focus needs the key itself.

const SKIP_SECONDS = 5;
const KEYS = {
  " ": () => player.togglePlay(),
  ArrowLeft: () => player.skip(-SKIP_SECONDS),
  ArrowRight: () => player.skip(SKIP_SECONDS),
  m: () => player.mute(player.lane),
  s: () => player.solo(player.lane),
  a: () => player.toggleSource(),
  v: () => player.togglePicture(),
};
const LANE_KEYS = {
  ArrowUp: () => player.moveLane(-1),
  ArrowDown: () => player.moveLane(1),
};

// A button takes the space bar, a choice or a box that scrolls takes the arrows, a field takes everything.
function needsKey(element, key) {
  if (element.matches("select, textarea, input:not([type=radio], [type=range])")) return true;
  if (key === " ") return element.matches("button, a, summary, input[type=radio]");
  if (key.startsWith("Arrow")) return element.matches("input[type=radio], .scroll, pre");
  return false;
}

document.addEventListener("keydown", (event) => {
  if (!player || event.ctrlKey || event.metaKey || event.altKey || needsKey(event.target, event.key)) return;
  const inPlayer = root.contains(event.target);
  const action = KEYS[event.key] ?? (inPlayer ? LANE_KEYS[event.key] : undefined);
  if (!action) return;
  event.preventDefault();
  action();
});
