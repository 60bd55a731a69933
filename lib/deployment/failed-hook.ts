import type { SeenHook, SeenServiceDeployment } from './observation.ts'

/** The hook that ended a deployment, if one did. A pause that was to go on when its time is over ends nothing. */
export function failedHook({ hooks }: Pick<SeenServiceDeployment, 'hooks'>): SeenHook | undefined {
  return hooks.find(
    ({ status, timeoutAction }) =>
      status === 'FAILED' || (status === 'TIMED_OUT' && timeoutAction !== 'CONTINUE'),
  )
}
