/**
 * Buttons of which one is chosen, with a countdown.
 *
 * The choice travels as a message and not as a change of state: the front end
 * holds back a second change until the kernel is idle, and a kernel that waits
 * for this very choice is not.
 */
import { button, element, holdHeight, onChanges, uniqueId, widgetBox } from "./dom.js";
import { countdown, QUESTION_NAMES } from "./countdown.js";

/**
 * @typedef {object} Buttons
 * @property {string} description
 * @property {string[]} options
 * @property {number} chosen_index -1 before a choice
 */

/** @typedef {import("@anywidget/types").AnyModel<Buttons & import("./countdown.js").QuestionState>} Model */

const KEYS_STEP = new Map([["ArrowRight", 1], ["ArrowDown", 1], ["ArrowLeft", -1], ["ArrowUp", -1]]);

/** Choices whose output is about to be drawn anew: the focus goes back there. @type {WeakMap<Model, number>} */
const refocus = new WeakMap();

/**
 * @param {{ model: Model, el: HTMLElement }} context
 * @returns {() => void}
 */
function render({ model, el }) {
  const box = widgetBox("huntbook-question");
  const label = element("div", "huntbook-label");
  label.id = uniqueId("question");
  box.setAttribute("aria-labelledby", label.id);
  const row = element("div", "huntbook-options");
  const clock = countdown(model);
  const status = element("div", "huntbook-muted huntbook-status");
  status.setAttribute("role", "status");
  box.append(label, row, clock.node, status);
  el.append(box);

  /** @returns {HTMLButtonElement[]} */
  const buttons = () => Array.from(row.querySelectorAll("button"));

  /** @param {number} index */
  function choose(index) {
    if (model.get("waiting")) {
      if (clock.answer({ event: "choose", index })) paint(index);
      return;
    }
    refocus.set(model, index);
    holdHeight(box, true);
    model.send({ event: "choose", index, question: model.get("question") });
    paint(index);
  }

  /** @param {number} [pending] choice made here and not yet confirmed */
  function paint(pending) {
    const waiting = model.get("waiting");
    const chosen = pending ?? model.get("chosen_index");
    box.dataset.waiting = String(waiting);
    label.textContent = model.get("description");
    // Buttons stay what they are as long as their texts do: a click may be under way.
    const texts = model.get("options");
    const made = buttons();
    if (texts.length !== made.length || texts.some((text, index) => made[index]?.textContent !== text)) {
      row.replaceChildren(...texts.map((text, index) => button(text, () => choose(index))));
    }
    buttons().forEach((option, index) => {
      option.setAttribute("aria-pressed", String(index === chosen));
      option.disabled = waiting && !clock.waits();
    });
    status.textContent = model.get("reason");
    status.hidden = status.textContent === "";
    clock.paint();
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const step = KEYS_STEP.get(event.key);
    const all = buttons();
    const at = all.findIndex((made) => made === event.target);
    if (step === undefined || at < 0) return;
    event.preventDefault();
    all[(at + step + all.length) % all.length]?.focus();
  }

  const stop = onChanges(model, ["description", "options", "chosen_index", ...QUESTION_NAMES], () => paint());
  box.addEventListener("keydown", onKey);
  paint();
  const again = refocus.get(model);
  if (again !== undefined) {
    refocus.delete(model);
    requestAnimationFrame(() => buttons()[again]?.focus());
  }
  clock.shown(box);

  return () => {
    clock.close();
    stop();
  };
}

export default { render };
