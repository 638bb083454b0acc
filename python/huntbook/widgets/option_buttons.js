/**
 * Buttons of which one is chosen, with a countdown.
 *
 * The choice travels as a message and not as a change of state: the front end
 * holds back a second change until the kernel is idle, and a kernel that waits
 * for this very choice is not. The kernel keeps the deadline; here it is drawn.
 */

/**
 * @typedef {object} State
 * @property {string} description
 * @property {string[]} options
 * @property {number} default_index position of the option taken at the end
 * @property {number} chosen_index -1 before a choice
 * @property {string} reason by whom and when it was chosen
 * @property {number} question number of the question; an answer to an earlier one is dropped
 * @property {boolean} waiting whether a cell waits
 * @property {number} timeout whole time in seconds; 0 is for ever
 * @property {number} remaining seconds left at the moment this was sent
 */

/** @typedef {import("@anywidget/types").AnyModel<State>} Model */

const TICK_MILLISECONDS = 200;
const KEYS_STEP = new Map([["ArrowRight", 1], ["ArrowDown", 1], ["ArrowLeft", -1], ["ArrowUp", -1]]);

/** Choices whose output is about to be drawn anew: the focus goes back there. @type {WeakMap<Model, number>} */
const refocus = new WeakMap();

/** Questions already scrolled to, so that it is done once. @type {WeakMap<Model, number>} */
const scrolledTo = new WeakMap();

/**
 * @param {string} tag
 * @param {string} className
 * @returns {HTMLElement}
 */
function element(tag, className) {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}

/**
 * @param {{ model: Model, el: HTMLElement }} context
 * @returns {() => void}
 */
function render({ model, el }) {
  const box = element("div", "huntbook huntbook-question");
  box.setAttribute("role", "group");
  // Keys pressed here are for the buttons, not for the notebook's shortcuts.
  box.dataset.lmSuppressShortcuts = "true";
  const label = element("div", "huntbook-label");
  label.id = `huntbook-question-${Math.random().toString(36).slice(2)}`;
  box.setAttribute("aria-labelledby", label.id);
  const row = element("div", "huntbook-options");
  const countdown = element("div", "huntbook-countdown");
  const track = element("div", "huntbook-track");
  const bar = element("div", "huntbook-bar");
  const left = element("div", "huntbook-muted");
  const status = element("div", "huntbook-muted huntbook-status");
  left.setAttribute("role", "timer");
  left.setAttribute("aria-live", "off");
  status.setAttribute("role", "status");
  track.setAttribute("aria-hidden", "true");
  track.append(bar);
  countdown.append(track, left);
  box.append(label, row, countdown, status);
  el.append(box);

  let end = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;
  /** Question already answered here, while the kernel's reply is on its way. */
  let sent = -1;

  /** @returns {HTMLButtonElement[]} */
  const buttons = () => Array.from(row.querySelectorAll("button"));

  /** @param {number} index */
  function choose(index) {
    const question = model.get("question");
    if (model.get("waiting")) {
      if (sent === question) return;
      sent = question;
    } else {
      refocus.set(model, index);
    }
    model.send({ event: "choose", index, question });
    paint(index);
  }

  /** @param {number} [pending] choice made here and not yet confirmed */
  function paint(pending) {
    const waiting = model.get("waiting");
    const chosen = pending ?? model.get("chosen_index");
    const decided = model.get("reason") !== "";
    const hadFocus = buttons().findIndex((button) => button === button.ownerDocument.activeElement);
    box.dataset.waiting = String(waiting);
    label.textContent = model.get("description");
    row.replaceChildren(
      ...model.get("options").map((text, index) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = text;
        button.setAttribute("aria-pressed", String(index === chosen));
        button.disabled = sent === model.get("question");
        button.addEventListener("click", () => choose(index));
        return button;
      }),
    );
    if (hadFocus >= 0) buttons()[hadFocus]?.focus();
    status.textContent = model.get("reason");
    status.hidden = !decided;
    const counts = waiting && sent !== model.get("question");
    countdown.hidden = !counts;
    clearInterval(timer);
    if (!counts) return;
    end = performance.now() + model.get("remaining") * 1000;
    track.hidden = model.get("timeout") === 0;
    tick();
    if (model.get("timeout") > 0) timer = setInterval(tick, TICK_MILLISECONDS);
  }

  function tick() {
    const whole = model.get("timeout");
    if (whole === 0) {
      left.textContent = "The notebook waits for a choice.";
      return;
    }
    const seconds = Math.max(0, (end - performance.now()) / 1000);
    const fallback = model.get("options")[model.get("default_index")];
    bar.style.transform = `scaleX(${Math.min(1, seconds / whole)})`;
    left.textContent = `The notebook waits: ${Math.ceil(seconds)} s left, then “${fallback}”`;
    if (seconds === 0) clearInterval(timer);
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const step = KEYS_STEP.get(event.key);
    const all = buttons();
    const at = all.findIndex((button) => button === event.target);
    if (step === undefined || at < 0) return;
    event.preventDefault();
    all[(at + step + all.length) % all.length]?.focus();
  }

  const onChange = () => paint();
  const names = /** @type {(keyof State)[]} */ ([
    "description", "options", "chosen_index", "reason", "question", "waiting", "remaining",
  ]);
  names.forEach((name) => model.on(`change:${name}`, onChange));
  box.addEventListener("keydown", onKey);
  paint();
  const again = refocus.get(model);
  if (again !== undefined) {
    refocus.delete(model);
    requestAnimationFrame(() => buttons()[again]?.focus());
  }
  if (model.get("waiting") && scrolledTo.get(model) !== model.get("question")) {
    scrolledTo.set(model, model.get("question"));
    requestAnimationFrame(() => box.scrollIntoView({ block: "nearest" }));
  }
  // Tells the kernel that somebody can see the question; it answers with the time left.
  model.send({ event: "shown", question: model.get("question") });

  return () => {
    clearInterval(timer);
    names.forEach((name) => model.off(`change:${name}`, onChange));
    box.removeEventListener("keydown", onKey);
  };
}

export default { render };
