/** A JSON document, as programs read it: absent members are left out, never null. */
export type Json =
  | string
  | number
  | boolean
  | readonly Json[]
  | { readonly [member: string]: Json | undefined }
export type Document = { readonly [member: string]: Json | undefined }

/** Grows only when a member changes its meaning or goes; new members may come at any time. */
export const schemaVersion = 1
