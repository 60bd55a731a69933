import type { DeployEvent } from '../../actions/events.ts'

/** Tells whoever waits what happens, on stderr. */
export type Reporter = {
  /**
   * Whether the last screen stays before the eyes of whoever reads stdout: then the outcome alone need follow it there (outcome.ts), not
   * the whole story again (show-deploy.ts).
   */
  readonly leavesScreen: boolean
  report(event: DeployEvent): void
  /** Leaves the terminal as it should stay; call it in a `finally`. Nothing may be reported afterwards. */
  end(): void
}
