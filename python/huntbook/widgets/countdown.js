/**
 * What a question shows while a cell waits for it: the time that is left, and the decision.
 *
 * The kernel keeps the deadline; here it is drawn.
 */
import { element } from "./dom.js";

/**
 * @typedef {object} QuestionState
 * @property {number} question number of the question; an answer to an earlier one is dropped
 * @property {boolean} waiting whether a cell waits
 * @property {number} timeout whole time in seconds; 0 is for ever
 * @property {number} remaining seconds left at the moment this was sent
 * @property {string} reason by whom and when it was decided; empty before
 * @property {string} fallback what is taken at the end
 */

/** @typedef {import("@anywidget/types").AnyModel<any>} AnyModel */

const TICK_MILLISECONDS = 200;

export const QUESTION_NAMES = ["question", "waiting", "timeout", "remaining", "reason", "fallback"];

/** Questions already scrolled to, so that it is done once. @type {WeakMap<AnyModel, number>} */
const scrolledTo = new WeakMap();

/**
 * @param {AnyModel} model
 * @returns {{
 *   node: HTMLElement,
 *   paint: () => void,
 *   waits: () => boolean,
 *   answer: (content: object) => boolean,
 *   shown: (box: HTMLElement) => void,
 *   close: () => void,
 * }} the countdown: `waits` is whether an answer is still wanted, `answer` gives it once
 */
export function countdown(model) {
  const node = element("div", "huntbook-countdown");
  const track = element("div", "huntbook-track");
  const bar = element("div", "huntbook-bar");
  const left = element("div", "huntbook-muted");
  left.setAttribute("role", "timer");
  left.setAttribute("aria-live", "off");
  track.setAttribute("aria-hidden", "true");
  track.append(bar);
  node.append(track, left);
  node.hidden = true;

  let end = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;
  /** Question already answered here, while the kernel's reply is on its way. */
  let sent = -1;

  const waits = () => model.get("waiting") && sent !== model.get("question");

  function tick() {
    const whole = model.get("timeout");
    if (whole === 0) {
      left.textContent = "The notebook waits for an answer.";
      return;
    }
    const seconds = Math.max(0, (end - performance.now()) / 1000);
    bar.style.transform = `scaleX(${Math.min(1, seconds / whole)})`;
    const fallback = model.get("fallback");
    const then = fallback === "" ? "it goes on" : `“${fallback}”`;
    left.textContent = `The notebook waits: ${Math.ceil(seconds)} s left, then ${then}`;
    if (seconds === 0) clearInterval(timer);
  }

  return {
    node,
    waits,
    paint() {
      clearInterval(timer);
      node.hidden = !waits();
      if (node.hidden) return;
      end = performance.now() + model.get("remaining") * 1000;
      track.hidden = model.get("timeout") === 0;
      tick();
      if (model.get("timeout") > 0) timer = setInterval(tick, TICK_MILLISECONDS);
    },
    answer(content) {
      if (!waits()) return false;
      sent = model.get("question");
      model.send({ ...content, question: sent });
      return true;
    },
    shown(box) {
      if (model.get("waiting") && scrolledTo.get(model) !== model.get("question")) {
        scrolledTo.set(model, model.get("question"));
        requestAnimationFrame(() => box.scrollIntoView({ block: "nearest" }));
      }
      // Tells the kernel that somebody can see the question; it answers with the time left.
      model.send({ event: "shown", question: model.get("question") });
    },
    close() {
      clearInterval(timer);
    },
  };
}
