import type { Group, GroupMember } from '../../records/group.ts'
import { isSameApp } from './is-same-app.ts'

/** The members of a group that are recorded beside this copy of it; apps of one name can be in several regions and accounts. */
export function ownMembers(group: Group): readonly GroupMember[] {
  return group.members.filter(member => isSameApp(member, group))
}
