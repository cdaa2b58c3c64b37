'use strict';
/** Loaded into a process before everything else: its wall clock is off by the milliseconds that a file holds, once it is there. */
const { readFileSync } = require('node:fs');

const RealDate = Date;

function offsetMs() {
  try {
    return Number(readFileSync(process.env.LAB_CLOCK_JUMP_FILE, 'utf8')) || 0;
  } catch {
    return 0;
  }
}

class JumpingDate extends RealDate {
  constructor(...values) {
    if (values.length === 0) super(JumpingDate.now());
    else super(...values);
  }

  static now() {
    return RealDate.now() + offsetMs();
  }
}

globalThis.Date = JumpingDate;
