// The player: one song at a time, a lane for the mixture and for each stem.

const STEPS_IN_SONG = 1000;

class Player {
  #root;
  #deck;
  #lanes;
  #song = null;
  #addresses = []; // What must be let go of when another song is opened.
  #muted = new Set();
  #soloed = new Set();
  #dragging = false;
  #following = false;
  lane = null; // The lane that the keys act on.

  constructor(root) {
    this.#root = root;
    this.#deck = new Deck(root.querySelector(".shelf"));
    this.#deck.onchange = () => this.#showTransport();
    this.#deck.onmissing = (key) => this.#showMissing(key);
    this.lanes = [...root.querySelectorAll(".lane")];
    this.#lanes = new Lanes(this.lanes);
    this.#listen();
    this.open(0);
  }

  #part(selector) {
    return this.#root.querySelector(selector);
  }

  #listen() {
    this.#part(".play").addEventListener("click", () => this.togglePlay());
    this.#part(".song").addEventListener("change", (event) => this.open(event.target.selectedIndex));
    this.#part(".position").addEventListener("input", (event) => {
      this.#deck.seek((event.target.value / STEPS_IN_SONG) * this.#deck.duration);
    });
    for (const radio of this.#root.querySelectorAll("[name=source], [name=picture]")) {
      radio.addEventListener("change", () => this.#showChoices());
    }
    for (const lane of this.lanes) {
      lane.addEventListener("focusin", () => this.#point(lane));
      lane.querySelector(".mute")?.addEventListener("click", () => this.mute(lane));
      lane.querySelector(".solo")?.addEventListener("click", () => this.solo(lane));
      this.#listenToPointer(lane, lane.querySelector(".lane-picture"));
    }
    new ResizeObserver(() => this.#draw()).observe(this.#part(".lanes"));
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw());
  }

  #listenToPointer(lane, picture) {
    const secondsAt = (event) => {
      const box = picture.getBoundingClientRect();
      return Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1) * this.#deck.duration;
    };
    picture.addEventListener("pointerdown", (event) => {
      this.#dragging = true;
      picture.setPointerCapture(event.pointerId);
      this.#point(lane);
      this.#showTime(secondsAt(event));
    });
    picture.addEventListener("pointermove", (event) => this.#dragging && this.#showTime(secondsAt(event)));
    picture.addEventListener("pointerup", (event) => {
      if (!this.#dragging) return;
      this.#dragging = false;
      this.#deck.seek(secondsAt(event));
    });
    picture.addEventListener("pointercancel", () => {
      this.#dragging = false;
      this.#showTime(this.#deck.time);
    });
  }

  // Takes another song; its data are parsed and its sounds unpacked only now.
  open(index) {
    this.#addresses.forEach((address) => URL.revokeObjectURL(address));
    this.#addresses = [];
    this.#song = JSON.parse(document.getElementById(`song-${index}`).textContent);
    this.#lanes.take(this.#song);
    this.index = index;
    this.#part(".song").selectedIndex = index;
    this.#deck.open(this.#addressesOf(index), this.#song.duration_seconds);
    this.#offerSources();
    this.#showChoices();
  }

  // Opens a song at a second and plays the estimate of a stem there.
  showSecond(index, seconds, stem) {
    if (index !== this.index) this.open(index);
    this.#muted.clear();
    this.#soloed = new Set([stem]);
    this.#choose("source", "estimate");
    this.#point(this.lanes.find((lane) => lane.dataset.stem === stem));
    this.#deck.seek(seconds);
    if (!this.#deck.playing) this.#deck.play();
  }

  #addressesOf(index) {
    const addresses = new Map();
    for (const [key, track] of Object.entries(this.#song.tracks)) {
      const embedded = document.getElementById(`sound-${index}-${key}`);
      if (embedded) {
        const address = URL.createObjectURL(new Blob([bytesOf(embedded.textContent)], { type: "audio/mpeg" }));
        this.#addresses.push(address);
        addresses.set(key, address);
      } else if (track.address) addresses.set(key, track.address);
    }
    this.#part(".play").disabled = addresses.size === 0;
    this.#part(".sound-note").textContent = this.#song.sound_note;
    return addresses;
  }

  #offerSources() {
    const kinds = new Set(Object.keys(this.#song.tracks).map((key) => key.split("-")[0]));
    const radios = [...this.#root.querySelectorAll("[name=source]")];
    for (const radio of radios) radio.disabled = !kinds.has(radio.value);
    if (!kinds.has(this.source)) {
      const possible = radios.find((radio) => !radio.disabled);
      if (possible) possible.checked = true;
    }
  }

  get source() {
    return this.#root.querySelector("[name=source]:checked")?.value ?? "mixture";
  }

  // Chooses what is heard ("source") or seen ("picture"), if there is such a choice.
  #choose(name, value) {
    const radio = this.#root.querySelector(`[name=${name}][value=${value}]`);
    if (radio.disabled) return;
    radio.checked = true;
    this.#showChoices();
  }

  togglePlay() {
    if (this.#part(".play").disabled) return;
    if (this.#deck.playing) this.#deck.pause();
    else this.#deck.play();
  }

  // Goes from the estimates to the references, or back to the estimates.
  toggleSource() {
    this.#choose("source", this.source === "estimate" ? "reference" : "estimate");
  }

  togglePicture() {
    const shown = this.#root.querySelector("[name=picture]:checked").value;
    this.#choose("picture", shown === "waveform" ? "spectrogram" : "waveform");
  }

  skip(seconds) {
    this.#deck.seek(this.#deck.time + seconds);
  }

  mute(lane) {
    this.#toggle(this.#muted, lane);
  }

  solo(lane) {
    this.#toggle(this.#soloed, lane);
  }

  // A mixture has no stems to mute: asking for it asks for the estimates.
  #toggle(stems, lane) {
    const { stem } = lane?.dataset ?? {};
    if (!stem || stem === "mixture") return;
    if (!stems.delete(stem)) stems.add(stem);
    if (this.source === "mixture") this.#choose("source", "estimate");
    this.#showChoices();
  }

  // Points the keys to the next lane or to the one before.
  moveLane(step) {
    const stems = this.lanes.filter((lane) => lane.dataset.stem !== "mixture");
    this.#point(stems[(stems.indexOf(this.lane) + step + stems.length) % stems.length]);
  }

  #point(lane) {
    this.lane = lane;
    for (const other of this.lanes) other.classList.toggle("current", other === lane);
  }

  #isHeard(stem) {
    if (this.source === "mixture" || stem === "mixture") return stem === this.source;
    return this.#soloed.size ? this.#soloed.has(stem) : !this.#muted.has(stem);
  }

  #keyOf(stem) {
    if (stem === "mixture") return stem;
    return `${this.source === "reference" ? "reference" : "estimate"}-${stem}`;
  }

  #showChoices() {
    const heard = this.lanes.map((lane) => lane.dataset.stem).filter((stem) => this.#isHeard(stem));
    this.#deck.listenTo(heard.map((stem) => this.#keyOf(stem)));
    for (const lane of this.lanes) {
      const { stem } = lane.dataset;
      lane.classList.toggle("unheard", !heard.includes(stem));
      lane.querySelector(".mute")?.setAttribute("aria-pressed", this.#muted.has(stem));
      lane.querySelector(".solo")?.setAttribute("aria-pressed", this.#soloed.has(stem));
    }
    this.#draw();
  }

  #draw() {
    const shown = this.#root.querySelector("[name=picture]:checked").value;
    this.#lanes.draw((stem) => this.#keyOf(stem), shown === "spectrogram");
  }

  #showMissing(key) {
    this.#lanes.showMissing(key);
    this.#part(".sound-note").textContent =
      "A file could not be played. This page links to the files of the run: keep it in its folder, or write it again " +
      "with --audio embed.";
  }

  #showTransport() {
    const button = this.#part(".play");
    button.setAttribute("aria-label", this.#deck.playing ? "Pause" : "Play");
    button.classList.toggle("playing", this.#deck.playing);
    this.#showTime(this.#deck.time);
    if (this.#deck.running && !this.#following) this.#follow();
  }

  #follow() {
    this.#following = this.#deck.running;
    if (!this.#following) return;
    if (!this.#dragging) this.#showTime(this.#deck.time);
    requestAnimationFrame(() => this.#follow());
  }

  #showTime(seconds) {
    const { duration } = this.#deck;
    const fraction = duration ? seconds / duration : 0;
    this.#part(".lanes").style.setProperty("--position", fraction);
    const slider = this.#part(".position");
    slider.value = Math.round(fraction * STEPS_IN_SONG);
    const text = `${clock(seconds)} / ${clock(duration)}`;
    const shown = this.#part(".time");
    if (shown.textContent === text) return;
    shown.textContent = text;
    slider.setAttribute("aria-valuetext", text);
    this.#lanes.showSecond(seconds);
  }
}

const root = document.getElementById("player");
const player = root && new Player(root);

for (const button of document.querySelectorAll("button[data-song]")) {
  button.addEventListener("click", () => {
    const { song, seconds, stem } = button.dataset;
    if (seconds === undefined) player.open(Number(song));
    else player.showSecond(Number(song), Number(seconds), stem);
    root.scrollIntoView();
  });
}
