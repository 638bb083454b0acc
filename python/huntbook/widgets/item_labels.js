/**
 * The labels of a widget's items. The first stand in its state, the others come
 * in blocks, each asked for by a message: what is listed may be long, and a
 * notebook file holds the state.
 */

/** @typedef {import("@anywidget/types").AnyModel<any>} LabelModel */

/**
 * @typedef {object} ItemLabels
 * @property {string[]} all those that are there, by position
 * @property {string[]} folded the same in lower case
 * @property {() => number} total how many there will be
 * @property {() => boolean} late whether the kernel keeps the next block waiting
 * @property {(listener: () => void) => () => void} listen called when labels arrive or are late; returns how to stop
 */

const LATE_MILLISECONDS = 1000;

/** One for each model: an output that is drawn anew finds its labels there. @type {WeakMap<LabelModel, ItemLabels>} */
const labelsByModel = new WeakMap();

/**
 * @param {LabelModel} model with the attributes `items` and `total`
 * @returns {ItemLabels}
 */
export function itemLabels(model) {
  const known = labelsByModel.get(model);
  if (known) return known;
  /** @type {string[]} */
  const all = [];
  /** @type {string[]} */
  const folded = [];
  /** @type {Set<() => void>} */
  const listeners = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let late = false;

  /** @param {string[]} labels */
  function add(labels) {
    for (const label of labels) {
      all.push(label);
      folded.push(label.toLowerCase());
    }
  }

  function tell() {
    listeners.forEach((listener) => listener());
  }

  function ask() {
    clearTimeout(timer);
    if (all.length >= model.get("total")) return;
    model.send({ event: "items", start: all.length });
    timer = setTimeout(() => {
      late = true;
      tell();
    }, LATE_MILLISECONDS);
  }

  add(model.get("items"));
  model.on("msg:custom", (/** @type {any} */ message) => {
    if (message?.type !== "items" || message.start !== all.length) return;
    add(message.items);
    late = false;
    ask();
    tell();
  });
  ask();

  const made = {
    all,
    folded,
    total: () => model.get("total"),
    late: () => late,
    /** @param {() => void} listener */
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  labelsByModel.set(model, made);
  return made;
}

/**
 * Which labels hold all words of a filter.
 *
 * @param {string[]} folded labels in lower case
 * @param {string} query words separated by blanks, in any case
 * @param {number[]} within positions that are looked at
 * @returns {number[]}
 */
export function matching(folded, query, within) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return within;
  return within.filter((index) => {
    const label = folded[index] ?? "";
    return words.every((word) => label.includes(word));
  });
}

/**
 * @param {number} number
 * @returns {string} its digits in groups of three
 */
export function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
}
