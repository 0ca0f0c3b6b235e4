import CLinux
import Glibc

/// A process that a test started. Ended by its pid when the value goes away, whatever happened.
final class Process: @unchecked Sendable {  // used by one test at a time
  /// Where a standard stream of the process leads.
  enum Stream {
    case null
    case pipe
    case file(String)
  }

  let pid: pid_t
  /// Our end of its standard input, if that is a pipe.
  private(set) var input: Int32 = -1
  /// Our end of its standard output, if that is a pipe.
  let output: Int32
  private var status: Int32?

  init(
    _ executable: String, _ arguments: [String], environment: [String: String] = [:],
    directory: String? = nil, input: Stream = .null, output: Stream = .null, errors: Stream = .null
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var childEnds: [Int32] = []
    defer { for fd in childEnds { close(fd) } }
    func connect(_ stream: Stream, to target: Int32, writing: Bool) throws -> Int32 {
      switch stream {
      case .null:
        posix_spawn_file_actions_addopen(&actions, target, "/dev/null", O_RDWR, 0)
        return -1
      case .file(let path):
        posix_spawn_file_actions_addopen(
          &actions, target, path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        return -1
      case .pipe:
        var ends: [Int32] = [-1, -1]
        guard linux_pipe2(&ends, O_CLOEXEC) == 0 else { throw SystemFailure("pipe2") }
        let (theirs, ours) = writing ? (ends[1], ends[0]) : (ends[0], ends[1])
        childEnds.append(theirs)
        posix_spawn_file_actions_adddup2(&actions, theirs, target)
        return ours
      }
    }
    self.input = try connect(input, to: 0, writing: false)
    self.output = try connect(output, to: 1, writing: true)
    _ = try connect(errors, to: 2, writing: true)
    if let directory { _ = linux_spawn_add_chdir(&actions, directory) }
    _ = linux_spawn_add_closefrom(&actions, 3)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The test process may block or ignore signals; its children start with none of that.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var all = sigset_t()
    sigfillset(&all)
    sigdelset(&all, SIGKILL)
    sigdelset(&all, SIGSTOP)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    let argv = ([executable] + arguments).map { strdup($0) } + [nil]
    let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in argv + envp { free(text) } }
    var child: pid_t = 0
    let result = posix_spawn(&child, executable, &actions, &attributes, argv, envp)
    guard result == 0 else {
      errno = result
      throw SystemFailure("posix_spawn \(executable)")
    }
    pid = child
  }

  deinit {
    if status == nil {
      kill(pid, SIGKILL)
      _ = try? wait()
    }
    if input >= 0 { close(input) }
    if output >= 0 { close(output) }
  }

  func signal(_ signal: Int32) {
    guard status == nil else { return }
    kill(pid, signal)
  }

  var isRunning: Bool {
    reap(WNOHANG)
    return status == nil
  }

  /// Its exit code; the negative signal number when a signal ended it.
  @discardableResult
  func wait(until deadline: Deadline = .generous) throws -> Int32 {
    try waitUntil("the end of process \(pid)", until: deadline) { !isRunning }
    let status = status ?? 0
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
  }

  func closeInput() {
    guard input >= 0 else { return }
    close(input)
    input = -1
  }

  private func reap(_ options: Int32) {
    guard status == nil else { return }
    var raw: Int32 = 0
    if waitpid(pid, &raw, options) == pid { status = raw }
  }

  /// Bytes of memory it holds now (`VmRSS`) or held at most (`VmHWM`).
  func memory(_ key: String = "VmHWM") throws -> Int {
    let text = String(decoding: try readFile("/proc/\(pid)/status"), as: UTF8.self)
    for line in text.split(separator: "\n") where line.hasPrefix("\(key):") {
      let digits = line.drop { !$0.isNumber }.prefix { $0.isNumber }
      if let kibibytes = Int(digits) { return kibibytes * 1024 }
    }
    throw TimedOut(description: "no \(key) of process \(pid)")
  }
}

extension Process {
  struct Finished {
    var code: Int32
    var output: String
    var errors: String
  }

  /// Runs a program to its end. Its standard input is `input`, which must fit into a pipe.
  static func run(
    _ executable: String, _ arguments: [String], environment: [String: String] = [:],
    directory: String? = nil, input: String = "", until deadline: Deadline = .generous
  ) throws -> Finished {
    let errors = "/tmp/sallyport-e2e-stderr-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    defer { unlink(errors) }
    let process = try Process(
      executable, arguments, environment: environment, directory: directory, input: .pipe,
      output: .pipe, errors: .file(errors))
    try writeAll(Array(input.utf8), to: process.input, until: deadline)
    process.closeInput()
    var output: [UInt8] = []
    while true {
      let chunk = try readSome(process.output, until: deadline)
      if chunk.isEmpty { break }
      output += chunk
    }
    let code = try process.wait(until: deadline)
    return Finished(
      code: code, output: String(decoding: output, as: UTF8.self),
      errors: String(decoding: (try? readFile(errors)) ?? [], as: UTF8.self))
  }
}

/// What can be read now, waiting for it until the deadline; empty at the end of the stream.
func readSome(_ fd: Int32, until deadline: Deadline) throws -> [UInt8] {
  var watched = pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
  while true {
    let ready = poll(&watched, 1, deadline.millisecondsLeft)
    if ready > 0 { break }
    guard ready < 0 && errno == EINTR || !deadline.hasPassed else {
      throw TimedOut(description: "nothing to read on descriptor \(fd)")
    }
  }
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(fd, &chunk, chunk.count)
    if count < 0, errno == EINTR { continue }
    // A connection that was reset has ended too.
    return count > 0 ? Array(chunk[..<count]) : []
  }
}

/// Writes everything, or throws at the deadline or when the other end is gone.
func writeAll(_ bytes: [UInt8], to fd: Int32, until deadline: Deadline) throws {
  var rest = bytes[...]
  while !rest.isEmpty {
    var watched = pollfd(fd: fd, events: Int16(POLLOUT), revents: 0)
    guard poll(&watched, 1, deadline.millisecondsLeft) > 0 else {
      if errno == EINTR, !deadline.hasPassed { continue }
      throw TimedOut(description: "descriptor \(fd) takes no more")
    }
    let piece = rest.prefix(1 << 16)
    let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
    var count = piece.withUnsafeBytes { send(fd, $0.baseAddress, $0.count, flags) }
    if count < 0, errno == ENOTSOCK {
      count = piece.prefix(4096).withUnsafeBytes { write(fd, $0.baseAddress, $0.count) }
    }
    if count < 0, errno == EINTR || errno == EAGAIN { continue }
    guard count > 0 else { throw SystemFailure("write") }
    rest = rest.dropFirst(count)
  }
}
