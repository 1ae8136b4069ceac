/** What a connection asks of the program around it. */
export interface ConnectionHooks {
  /** Something that is no error but should be said, such as an option that is not supported. */
  warn(message: string): void
  /** The passphrase of a private key file. */
  passphrase?(file: string): Promise<string | undefined>
  /** Aborted when no connection is wanted any more: those that are being opened are given up. */
  readonly signal?: AbortSignal | undefined
}
