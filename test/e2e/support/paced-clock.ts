import type { SandboxClock } from '../../../lib/sandbox/world.ts'

/** Time that goes on in small steps, however busy the machine is, and stands still while it is held. */
export type PacedClock = SandboxClock & {
  hold(): void
  release(): void
  /** Called after each step, and once a step while time is held. */
  onStep(look: () => void): void
  stop(): void
}

/** Far shorter than whatever lasts in the sandbox, so that nothing comes and goes between two looks. */
const longestStep = 25
const betweenSteps = 10

export function pacedClock(): PacedClock {
  const looks: (() => void)[] = []
  const time = { now: Date.now(), steppedAt: Date.now(), isHeld: false }
  const timer = setInterval(() => {
    const passed = Date.now() - time.steppedAt
    time.steppedAt = Date.now()
    if (!time.isHeld) time.now += Math.min(passed, longestStep)
    for (const look of looks) look()
  }, betweenSteps)
  return {
    now: () => time.now,
    hold: () => {
      time.isHeld = true
    },
    release: () => {
      time.isHeld = false
    },
    onStep: look => void looks.push(look),
    stop: () => clearInterval(timer),
  }
}
