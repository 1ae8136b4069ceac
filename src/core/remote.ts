import type { Script } from './quote.ts'

/** What the first request on a shell reports of the target: what scripts depend on. */
export interface Target {
  /** `uname -s`, for example `Linux`. */
  readonly system: string
  /** Whose `stat`, `sed` and the rest these are. */
  readonly userland: 'gnu' | 'busybox' | 'other'
  readonly user: string
  readonly uid: number
  readonly home: string
  /** The shell's own process id, for ending what it started. */
  readonly pid: number
  /** A private folder this shell may make (mode 0700) for large uploads; it is removed when the shell ends. */
  readonly temp: string
  /** The shell runs on the controller itself. */
  readonly local?: true
  /** Commands found on the PATH, out of those that modules ask about. */
  readonly tools: ReadonlySet<string>
}

/** What one request gave back. Bytes are decoded by whoever needs text, once. */
export interface Reply {
  /** Exit code; above 128 the script was ended by signal `code - 128`. */
  readonly code: number
  readonly stdout: Buffer
  readonly stderr: Buffer
}

export interface RequestOptions {
  /** Seconds until the request's processes are ended and it rejects with TimeoutError. */
  readonly timeout?: number | undefined
  /** Called with output as it arrives, for printing long commands live. */
  readonly onOutput?: ((stream: 'stdout' | 'stderr', chunk: Buffer) => void) | undefined
  /** Ends the request as a timeout would. */
  readonly signal?: AbortSignal | undefined
  /** Called when the request is on its way, and before it is answered: what is read ahead now, is read after it. */
  readonly sent?: (() => void) | undefined
}

/**
 * A long-lived POSIX shell of one user on one host. Requests run one after another, each in a subshell
 * without stdin, so that none can hurt the next.
 */
export interface Shell {
  readonly target: Target
  /**
   * Runs a script and gives its exit code and output.
   * @throws {UnreachableError} the link was lost  @throws {ShellLostError} the shell ended
   * @throws {TimeoutError} it took longer than `timeout` seconds
   */
  request(script: Script, options?: RequestOptions): Promise<Reply>
  /**
   * Sends a script behind those that are not answered yet: it shares the way to the host and back with them. So it
   * must be right to run whatever they come to: it only reads, before it is known whether its answer will be wanted,
   * or it adds a piece to a file that nobody uses before all have come. Gives what waits for the answer, as `request`
   * does; undefined where nothing can be sent now.
   */
  readAhead?(script: Script): ReadAhead | undefined
  close(): Promise<void>
}

/** Waits for the answer to what was read ahead; `options` hold from the call on. @throws as Shell.request */
export type ReadAhead = (options?: Pick<RequestOptions, 'timeout' | 'signal'>) => Promise<Reply>

/** Which user to become, and how. */
export interface Become {
  readonly user: string
  readonly method: 'sudo' | 'su' | 'doas'
  readonly password?: string | undefined
  readonly flags?: string | undefined
  readonly exe?: string | undefined
}

/** An open way to a host: gives one shell per user, opened at first use and kept. */
export interface Connection {
  /**
   * The shell of the login user, or of the user to become.
   * @throws {UnreachableError} @throws {BecomeError}
   */
  shell(become?: Become | undefined): Promise<Shell>
  close(options?: CloseOptions): Promise<void>
}

export interface CloseOptions {
  /** The next connection is to log in anew: what would outlive the run ends, too. */
  readonly reset?: boolean
}

/** All that a connection needs to know of a host, taken from its variables and the command line. */
export interface ConnectionSettings {
  /** The inventory's name of the host, for messages. */
  readonly host: string
  readonly kind: 'ssh' | 'openssh' | 'local'
  readonly address: string
  readonly port?: number | undefined
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly privateKeyFile?: string | undefined
  /** `-o Name=value` and the like, as in `ansible_ssh_common_args` and `ansible_ssh_extra_args`. */
  readonly sshArgs?: string | undefined
  /** Public host keys the inventory vouches for; when there are any, only they are accepted. */
  readonly hostKeys: readonly string[]
  /** `ansible_host_key_checking`: false accepts any key. */
  readonly hostKeyChecking?: boolean | undefined
  /** Seconds to wait for a connection to stand. */
  readonly connectTimeout: number
  /** `ansible_shell_executable`: the POSIX shell to talk to. */
  readonly shellExecutable: string
  /** The folder that commands on the controller itself start in; default: where the run was started. */
  readonly folder?: string | undefined
}
