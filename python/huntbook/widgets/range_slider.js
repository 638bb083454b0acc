/**
 * A slider with two thumbs, start and end, neither of which passes the other.
 */
import { element } from "./dom.js";

/**
 * @typedef {object} Range
 * @property {number} low
 * @property {number} high
 * @property {number} start
 * @property {number} end
 * @property {number} origin where a mark is drawn, and what steps count from
 * @property {number} step
 */

/** @typedef {"start" | "end"} Thumb */

/**
 * @param {object} options
 * @param {() => Range} options.range what is shown
 * @param {(thumb: Thumb, value: number) => string} options.told a value in words
 * @param {(thumb: Thumb, value: number) => void} options.onMove while a thumb moves
 * @param {(thumb: Thumb, value: number) => void} options.onSet once it stays
 * @returns {{ node: HTMLElement, paint: () => void, held: () => boolean }}
 */
export function rangeSlider({ range, told, onMove, onSet }) {
  const node = element("div", "huntbook-range");
  const track = element("div", "huntbook-range-track");
  const chosen = element("div", "huntbook-range-chosen");
  const mark = element("div", "huntbook-range-origin");
  mark.title = "origin";
  const thumbs = { start: thumb("Start"), end: thumb("End") };
  track.append(chosen, mark, thumbs.start, thumbs.end);
  node.append(track);

  /** @param {string} name */
  function thumb(name) {
    const made = element("div", "huntbook-range-thumb");
    made.tabIndex = 0;
    made.setAttribute("role", "slider");
    made.setAttribute("aria-label", name);
    made.setAttribute("aria-orientation", "horizontal");
    return made;
  }

  /** @param {Thumb} which @returns {[number, number]} */
  function limits(which) {
    const { low, high, start, end } = range();
    return which === "start" ? [low, end] : [start, high];
  }

  /** @param {Thumb} which @param {number} value to the nearest step from the origin */
  function snapped(which, value) {
    const { origin, step } = range();
    const [least, most] = limits(which);
    return Math.min(most, Math.max(least, origin + Math.round((value - origin) / step) * step));
  }

  /** @param {number} value */
  function place(value) {
    const { low, high } = range();
    const share = high > low ? (value - low) / (high - low) : 0.5;
    return `${Math.min(100, Math.max(0, share * 100))}%`;
  }

  function paint() {
    const { low, high, start, end, origin } = range();
    for (const [which, value] of /** @type {[Thumb, number][]} */ ([["start", start], ["end", end]])) {
      const [least, most] = limits(which);
      const made = thumbs[which];
      made.style.left = place(value);
      made.setAttribute("aria-valuemin", String(Math.round(least / 1000)));
      made.setAttribute("aria-valuemax", String(Math.round(most / 1000)));
      made.setAttribute("aria-valuenow", String(Math.round(value / 1000)));
      made.setAttribute("aria-valuetext", told(which, value));
    }
    chosen.style.left = place(start);
    chosen.style.right = `calc(100% - ${place(end)})`;
    mark.style.left = place(origin);
    mark.hidden = origin < low || origin > high;
  }

  /** @param {Thumb} which @param {KeyboardEvent} event */
  function onKey(which, event) {
    const { start, end, low, high, step } = range();
    const value = which === "start" ? start : end;
    const page = Math.max(1, Math.round((high - low) / step / 10)) * step;
    const [least, most] = limits(which);
    const moves = new Map([
      ["ArrowRight", snapped(which, value + step)],
      ["ArrowUp", snapped(which, value + step)],
      ["ArrowLeft", snapped(which, value - step)],
      ["ArrowDown", snapped(which, value - step)],
      ["PageUp", snapped(which, value + page)],
      ["PageDown", snapped(which, value - page)],
      ["Home", least],
      ["End", most],
    ]);
    const moved = moves.get(event.key);
    if (moved === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (moved === value) return;
    // What is sent first is not dropped by the repainting.
    onSet(which, moved);
    onMove(which, moved);
  }

  /** @type {{ which: Thumb | undefined, from: number, value: number | undefined } | undefined} */
  let drag;

  /** @param {PointerEvent} event */
  function valueAt(event) {
    const { low, high } = range();
    const box = track.getBoundingClientRect();
    return low + ((event.clientX - box.left) / (box.width || 1)) * (high - low);
  }

  /** @param {number} value @returns {Thumb | undefined} the nearer thumb; undefined if both are at one place */
  function nearer(value) {
    const { start, end, low, high } = range();
    const near = (high - low) / 100;
    if (end - start < near && Math.abs(value - start) < near && start > low && end < high) return undefined;
    if (value <= start || start >= high) return "start";
    if (value >= end || end <= low) return "end";
    return value - start < end - value ? "start" : "end";
  }

  /** @param {PointerEvent} event */
  function onDown(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    track.setPointerCapture(event.pointerId);
    const pressed = event.target === thumbs.start ? "start" : event.target === thumbs.end ? "end" : undefined;
    const apart = nearer(valueAt(event));
    // On a thumb, a press alone moves nothing; where both lie, the first movement tells which is meant.
    drag = { which: apart && (pressed ?? apart), from: event.clientX, value: undefined };
    if (drag.which) thumbs[drag.which].focus();
    if (!pressed) onDrag(event);
  }

  /** @param {PointerEvent} event */
  function onDrag(event) {
    if (!drag) return;
    if (!drag.which) {
      if (event.clientX === drag.from) return;
      drag.which = event.clientX < drag.from ? "start" : "end";
      thumbs[drag.which].focus();
    }
    drag.value = snapped(drag.which, valueAt(event));
    onMove(drag.which, drag.value);
  }

  function onUp() {
    if (drag?.which && drag.value !== undefined) onSet(drag.which, drag.value);
    drag = undefined;
  }

  thumbs.start.addEventListener("keydown", (event) => onKey("start", event));
  thumbs.end.addEventListener("keydown", (event) => onKey("end", event));
  track.addEventListener("pointerdown", onDown);
  track.addEventListener("pointermove", onDrag);
  track.addEventListener("pointerup", onUp);
  track.addEventListener("pointercancel", () => {
    drag = undefined;
    paint();
  });
  return { node, paint, held: () => drag !== undefined };
}
