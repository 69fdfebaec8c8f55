// Plays the sounds of a song as one.
//
// Each sound is a media element of its own, and all of them always play, inaudibly where they are not wanted: switching
// between an estimate and its reference takes no time. Web Audio would keep them together to the sample, but a page
// opened from a disk may not read the files that it links to, and nine decoded songs of four minutes take 760 MB.
// Media elements stream from disk. They start together, within a buffer of the sound device, and slight changes of
// speed then bring them to within a millisecond.

const TOLERATED_SECONDS = 0.0005;
const JUMP_SECONDS = 0.25; // Beyond this, speed would take too long.
const CATCH_UP_SECONDS = 0.2;
const LARGEST_SPEED_CHANGE = 0.08;
const CHECK_EVERY_MS = 100;
// -80 dB. Chromium lets muted elements leave the sound device's clock, and they drift; quiet ones stay on it.
const INAUDIBLE = 0.0001;

// Some telephones leave the volume to their buttons: there, and only there, muting has to do.
function setHeard(sound, heard) {
  sound.dataset.heard = heard;
  sound.volume = heard ? 1 : INAUDIBLE;
  sound.muted = !heard && sound.volume === 1;
}

class Deck {
  #shelf;
  #sounds = new Map();
  #audible = new Set();
  #position = 0;
  #turn = 0; // Grows with each command, so that a command that waited sees that it is no longer wanted.
  #timer = null;

  duration = 0;
  playing = false;
  running = false; // Playing, and past loading.
  onchange = () => {};
  onmissing = () => {};

  constructor(shelf) {
    this.#shelf = shelf;
  }

  // Takes another song: a map of names to addresses. Nothing is loaded before the first play.
  open(addresses, duration) {
    this.#halt();
    for (const sound of this.#sounds.values()) {
      sound.removeAttribute("src");
      sound.load(); // Lets go of the file.
    }
    this.#shelf.replaceChildren();
    this.#sounds = new Map([...addresses].map(([key, address]) => [key, this.#element(key, address)]));
    this.#position = 0;
    this.duration = duration;
    this.onchange();
  }

  get time() {
    const leader = this.#leader;
    return this.running && leader ? Math.min(leader.currentTime, this.duration) : this.#position;
  }

  get #leader() {
    return this.#sounds.values().next().value;
  }

  async play() {
    if (!this.#sounds.size) return;
    if (this.#position > this.duration - 0.05) this.#position = 0;
    const turn = ++this.#turn;
    this.playing = true;
    this.onchange();
    const steps = [(sound) => this.#load(sound), (sound) => this.#moveTo(sound, this.#position)];
    for (const step of steps) {
      await Promise.all([...this.#sounds.values()].map(step));
      if (turn !== this.#turn) return;
    }
    if (!this.#sounds.size) return this.pause();
    this.#applyAudible();
    const begun = await Promise.allSettled([...this.#sounds.values()].map((sound) => sound.play()));
    if (turn !== this.#turn) return;
    if (begun.some(({ status }) => status === "rejected")) return this.pause(); // The browser wants a press first.
    this.running = true;
    this.#timer = setInterval(() => this.#holdTogether(), CHECK_EVERY_MS);
    this.onchange();
  }

  pause() {
    this.#position = this.time;
    this.#halt();
    this.onchange();
  }

  seek(seconds) {
    const wasPlaying = this.playing;
    this.#halt();
    this.#position = Math.min(Math.max(seconds, 0), this.duration);
    if (wasPlaying) this.play();
    this.onchange();
  }

  // Lets exactly these sounds be heard.
  listenTo(keys) {
    this.#audible = new Set(keys);
    this.#applyAudible();
  }

  #element(key, address) {
    const sound = document.createElement("audio");
    sound.dataset.sound = key;
    sound.preload = "none";
    sound.preservesPitch = false; // Changes of speed of a few per mille are not heard, their correction would be.
    sound.src = address;
    setHeard(sound, false);
    sound.addEventListener("ended", () => {
      if (sound === this.#leader && this.running) {
        this.#halt();
        this.#position = this.duration;
        this.onchange();
      }
    });
    this.#shelf.append(sound);
    return sound;
  }

  // Playing in the user's gesture is what telephones demand before they load anything.
  async #load(sound) {
    if (sound.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA) return;
    setHeard(sound, false);
    try {
      await sound.play();
      sound.pause();
    } catch (error) {
      if (error.name !== "NotSupportedError") return; // Another command came first, or the browser wants a press.
      this.#sounds.delete(sound.dataset.sound);
      this.onmissing(sound.dataset.sound);
    }
  }

  #moveTo(sound, seconds) {
    sound.playbackRate = 1;
    if (sound.currentTime === seconds) return undefined;
    return new Promise((resolve) => {
      sound.addEventListener("seeked", resolve, { once: true });
      sound.addEventListener("emptied", resolve, { once: true });
      sound.currentTime = Math.min(seconds, sound.duration || seconds);
    });
  }

  #halt() {
    this.#turn += 1;
    clearInterval(this.#timer);
    this.playing = this.running = false;
    for (const sound of this.#sounds.values()) sound.pause();
  }

  #applyAudible() {
    for (const [key, sound] of this.#sounds) setHeard(sound, this.#audible.has(key));
  }

  #holdTogether() {
    const leader = this.#leader;
    for (const sound of this.#sounds.values()) {
      if (sound === leader || sound.ended) continue;
      const ahead = sound.currentTime - leader.currentTime;
      if (Math.abs(ahead) > JUMP_SECONDS) sound.currentTime = leader.currentTime;
      const change = Math.min(Math.max(-ahead / CATCH_UP_SECONDS, -LARGEST_SPEED_CHANGE), LARGEST_SPEED_CHANGE);
      const rate = Math.abs(ahead) < TOLERATED_SECONDS ? 1 : 1 + change;
      if (sound.playbackRate !== rate) sound.playbackRate = rate;
    }
  }
}
