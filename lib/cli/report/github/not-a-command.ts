import type { Io } from '../../io.ts'

/**
 * Text for stdout that GitHub's runner takes for text: in its older spelling it finds a command anywhere in a line. That commands are stopped
 * does not cover it, since they go on by a line of stderr, and the runner reads that before what is left of stdout
 * (https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs, `ProcessOutput` of src/Runner.Sdk/ProcessInvoker.cs).
 */
export function notACommand(
  text: string,
  { env, isJson }: Pick<Io, 'env'> & { readonly isJson: boolean },
): string {
  if (env['GITHUB_ACTIONS'] !== 'true') return text
  // In JSON it can only be within a string, which stays the same.
  return text.replaceAll('##[', isJson ? String.raw`#\u0023[` : String.raw`##\u{5b}`)
}
