import type { Mistake } from '../mistakes/mistake.ts'
import { placeIn, type View } from './view.ts'

/** ECS Exec brings its agent along, which writes into the container's root filesystem. */
export function checkExec(view: View): readonly Mistake[] {
  return view.app.processes
    .filter(({ exec, readOnly }) => exec && readOnly)
    .map(({ name }) => ({
      path: placeIn(view, name, 'exec'),
      message:
        'true is not allowed beside readOnly: ECS Exec writes to the root filesystem. Allowed: one of the two.',
    }))
}
