export type FolderEntry = { readonly name: string; readonly kind: 'file' | 'folder' | 'other' }

export type FileText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'absent' }
  /** There, but not to be read: why, in a few words. */
  | { readonly kind: 'unreadable'; readonly why: string }

export type NewFile = {
  readonly path: string
  readonly text: string
  /** Whether it may take the place of what is there. */
  readonly replaces: boolean
}

/** A folder on disk, as far as `tapit init` needs one. Paths begin at the folder and are written with "/". */
export type Folder = {
  /** Its own name, without the folders above. */
  readonly name: string
  /** What lies in a folder, by name. Links to folders are `other`: they could lead in circles. Absent where it cannot be read. */
  entries(path: string): Promise<readonly FolderEntry[] | undefined>
  /** The text of a file of a reasonable size. */
  read(path: string): Promise<FileText>
  /** Whether anything has this name, even a broken link. */
  exists(path: string): Promise<boolean>
  /** Writes all of the files or refuses; a file is never seen half written. */
  write(files: readonly NewFile[]): Promise<void>
  /** The configuration of the Git repository that the folder is in, if it is in one. */
  gitConfig(): Promise<string | undefined>
}
