/**
 * Times in words: in UTC, in the browser's own zone, and lengths.
 */

import { element, uniqueId } from "./dom.js";
const UNIT_NAMES = /** @type {const} */ ([["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]]);

/**
 * @param {number} milliseconds since 1970
 * @returns {string} such as `2026-11-20 08:00:00`
 */
export function utcText(milliseconds) {
  const when = new Date(milliseconds);
  if (Number.isNaN(when.getTime())) return "";
  return when.toISOString().replace("T", " ").replace(/(\.000)?Z$/, "");
}

/** @returns {string} such as `Europe/Berlin` */
export function zoneName() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "local time";
}

/**
 * @param {number} milliseconds since 1970
 * @returns {string} date and time in the browser's zone, without the zone's name
 */
export function localText(milliseconds) {
  const when = new Date(milliseconds);
  if (Number.isNaN(when.getTime())) return "";
  /** @param {number} part @param {number} [width] */
  const padded = (part, width = 2) => String(part).padStart(width, "0");
  const date = [padded(when.getFullYear(), 4), padded(when.getMonth() + 1), padded(when.getDate())].join("-");
  return `${date} ${[when.getHours(), when.getMinutes(), when.getSeconds()].map((part) => padded(part)).join(":")}`;
}

/**
 * @param {number} milliseconds a length
 * @returns {string} its two largest units, such as `1 day 2 hours`
 */
export function lengthText(milliseconds) {
  let left = Math.floor(milliseconds / 1000);
  const words = [];
  for (const [name, seconds] of UNIT_NAMES) {
    const count = Math.floor(left / seconds);
    left -= count * seconds;
    if (count) words.push(`${count} ${name}${count === 1 ? "" : "s"}`);
  }
  return words.slice(0, 2).join(" ") || "0 seconds";
}

/**
 * Messages to the kernel, and whether it has got the last one: it sends the token back as `seen`. While
 * a cell runs it doesn't, and after half a second the line says so.
 *
 * @param {{ get: (name: any) => any, send: (content: any) => void }} model
 * @returns {{ node: HTMLElement, send: (content: object) => void, waits: () => boolean, paint: () => void, close: () => void }}
 */
export function kernelLine(model) {
  const node = element("div", "huntbook-muted");
  node.setAttribute("role", "status");
  node.hidden = true;
  const view = uniqueId("view");
  let count = 0;
  let last = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let patience;

  return {
    node,
    send(content) {
      count += 1;
      last = `${view}-${count}`;
      model.send({ ...content, token: last });
      clearTimeout(patience);
      patience = setTimeout(() => {
        node.textContent = "waiting for the kernel: a cell is running";
        node.hidden = false;
      }, 500);
    },
    waits: () => last !== "",
    paint() {
      if (last === "" || model.get("seen") !== last) return;
      last = "";
      clearTimeout(patience);
      node.hidden = true;
      node.textContent = "";
    },
    close: () => clearTimeout(patience),
  };
}
