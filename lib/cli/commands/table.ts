import type { DeclaredCommand } from '../argv/declared-command.ts'
import { approvingCommands } from './declared/approving.ts'
import { runningCommands } from './declared/running.ts'
import { deployingCommands } from './declared/deploying.ts'
import { imageCommands } from './declared/images.ts'
import { seeingCommands } from './declared/seeing.ts'
import { settingUpCommands } from './declared/setting-up.ts'
import { tryingCommands } from './declared/trying.ts'

/** All that can be typed. Parser, help and completion come from this table alone: to add a command is to add its entry to one of its parts. */
export const table: readonly DeclaredCommand[] = [
  ...deployingCommands,
  ...approvingCommands,
  ...runningCommands,
  ...imageCommands,
  ...seeingCommands,
  ...settingUpCommands,
  ...tryingCommands,
]
