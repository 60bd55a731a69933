/** Why nobody waits any longer. */
export function whyOver({ reason }: AbortSignal): 'time_over' | 'interrupted' {
  return reason === 'time_over' ? 'time_over' : 'interrupted'
}
