import CLinux
import Glibc
import Testing
import TestSupport

@testable import Reactor

private func spawnError(
  _ configuration: ChildProcess.Configuration, on loop: EventLoop
) -> ReactorError? {
  do throws(ReactorError) {
    let child = try ChildProcess.spawn(configuration, on: loop)
    child.signal(SIGKILL)
    return nil
  } catch { return error }
}

private func openDescriptors() -> Int { (0..<256).count { fcntl(Int32($0), F_GETFD) >= 0 } }

@Suite(.timeLimit(.minutes(1))) struct `Child process that cannot start` {
  @Test func `a command that is not in the given PATH is named together with it`() async throws {
    try await onLoop { loop in
      let error = spawnError(
        .init(executable: "no-such-command", environment: ["PATH": "/usr/bin:/bin"]), on: loop)
      #expect(error == .commandNotFound(name: "no-such-command", path: "/usr/bin:/bin"))
      #expect(error?.description.contains("«no-such-command» not found in PATH") == true)
      // The parent's PATH is not used.
      let bare = spawnError(.init(executable: "cat", environment: [:]), on: loop)
      #expect(bare == .commandNotFound(name: "cat", path: ""))
      #expect(bare?.description.contains("no PATH") == true)
    }
  }

  @Test func `PATH is searched in order, past what is not executable or not absolute`()
    async throws
  {
    let first = TemporaryDirectory()
    let second = TemporaryDirectory()
    let plain = first.write("", to: "tool", mode: 0o644)
    let tool = second.write("#!/bin/sh\n", to: "tool", mode: 0o755)
    let list = "::relative:.:\(first.path)/missing:\(first.path):\(second.path)"
    #expect(try ExecutableLookup.resolve("tool", path: list) == tool)
    #expect(try ExecutableLookup.resolve("./tool", path: list) == "./tool")
    #expect(throws: ReactorError.notExecutable(path: plain, code: EACCES)) {
      _ = try ExecutableLookup.resolve("tool", path: first.path)
    }
    #expect(throws: ReactorError.commandNotFound(name: "tool", path: ".:..")) {
      _ = try ExecutableLookup.resolve("tool", path: ".:..")
    }
  }

  @Test func `each way a file cannot be started has its own error`() async throws {
    let directory = TemporaryDirectory()
    let plain = directory.write("x", to: "plain", mode: 0o644)
    let script = directory.write("#!/no/such/interpreter\n", to: "script", mode: 0o755)
    let garbage = directory.write("\u{1}\u{2}\u{3}", to: "garbage", mode: 0o755)
    let root = directory.path
    try await onLoop { loop in
      func error(_ executable: String, _ workingDirectory: String? = nil) -> ReactorError? {
        spawnError(
          .init(executable: executable, environment: [:], workingDirectory: workingDirectory),
          on: loop)
      }
      #expect(error("/no/such/file") == .notExecutable(path: "/no/such/file", code: ENOENT))
      #expect(error(plain) == .notExecutable(path: plain, code: EACCES))
      #expect(error(root) == .notExecutable(path: root, code: EACCES))
      #expect(error(garbage) == .notExecutable(path: garbage, code: ENOEXEC))
      #expect(error(script) == .interpreterMissing(path: script))
      #expect(error("./script", root) == .interpreterMissing(path: "\(root)/./script"))
      #expect(
        error("/bin/sh", "/no/such/directory")
          == .workingDirectoryUnusable(path: "/no/such/directory", code: ENOENT))
      #expect(error("/bin/sh", plain) == .workingDirectoryUnusable(path: plain, code: ENOTDIR))
    }
  }

  @Test func `strings that execve would cut or misread are refused`() async throws {
    try await onLoop { loop in
      let cases: [ChildProcess.Configuration] = [
        .init(executable: "", environment: [:]),
        .init(executable: "/bin/sh\0", environment: [:]),
        .init(executable: "/bin/sh", arguments: ["a\0b"], environment: [:]),
        .init(executable: "/bin/sh", environment: ["A=B": "c"]),
        .init(executable: "/bin/sh", environment: ["": "c"]),
        .init(executable: "/bin/sh", environment: ["A": "c\0"]),
        .init(executable: "/bin/sh", environment: [:], workingDirectory: "/\0"),
      ]
      for configuration in cases {
        guard case .invalidChildString = spawnError(configuration, on: loop) else {
          Issue.record("accepted: \(configuration)")
          continue
        }
      }
    }
  }

}

// In a process and a table of descriptors of their own: nobody else opens, closes or waits there.
@Suite(.timeLimit(.minutes(1))) struct `Child process descriptors` {
  @Test func `neither a failed nor an ended child leaves a descriptor`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      let leaked = try await onLoop { loop in
        guard linux_unshare_descriptors() == 0 else {
          print("skipped: unshare(CLONE_FILES) is not permitted here")
          return 0
        }
        let before = openDescriptors()
        for _ in 0..<20 {
          _ = spawnError(.init(executable: "/no/such/file", environment: [:]), on: loop)
          _ = spawnError(.init(executable: "none", environment: ["PATH": "/bin"]), on: loop)
          _ = spawnError(
            .init(executable: "/bin/sh", environment: [:], workingDirectory: "/none"), on: loop)
          let child = try ChildProcess.spawn(
            .init(executable: "/bin/cat", environment: [:]), on: loop)
          _ = await child.shutdown(grace: .seconds(30), then: .seconds(30))
        }
        return openDescriptors() - before
      }
      exit(leaked == 0 ? 0 : 1)
    }
  }

  @Test func `out of descriptors nothing is started and nothing leaks`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      let failures = try await onLoop { loop in
        guard linux_unshare_descriptors() == 0 else {
          print("skipped: unshare(CLONE_FILES) is not permitted here")
          return 0
        }
        var spare = takeFreeDescriptors()
        var failures = 0
        // From no free descriptor up to one too few (six pipe ends and the pidfd).
        for room in 0..<7 {
          let error = spawnError(.init(executable: "/bin/cat", environment: [:]), on: loop)
          if case .system(_, EMFILE, _) = error {} else { failures += 1 }
          let free = takeFreeDescriptors()
          if free.count != room { failures += 1 }
          var ended = siginfo_t()
          let anyChild = waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT)
          if anyChild != -1 || errno != ECHILD { failures += 1 }
          for fd in free { close(fd) }
          if let fd = spare.popLast() { close(fd) }
        }
        return failures
      }
      exit(failures == 0 ? 0 : 1)
    }
  }
}

/// Opens descriptors until none is free.
private func takeFreeDescriptors() -> [Int32] {
  var taken: [Int32] = []
  while true {
    let fd = linux_duplicate_from(0, 0)
    guard fd >= 0 else { return taken }
    taken.append(fd)
  }
}

@Suite struct `Process entry` {
  private func parse(_ text: String) -> ProcessEntry? { ProcessEntry(parsing: Array(text.utf8)) }
  private let rest = "S 10 20 30 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 12345 678 9"

  @Test func `fields are found behind any command name`() throws {
    for name in ["sh", "a b", "a) b", ") S 1 1 1 (", "((", ""] {
      let entry = try #require(parse("42 (\(name)) \(rest)\n"))
      #expect(entry.pid == 42)
      #expect(entry.parent == 10)
      #expect(entry.group == 20)
      #expect(entry.session == 30)
      #expect(entry.started == 12345)
    }
  }

  @Test func `what is not a stat line is refused`() {
    for text in ["", "42", "42 (sh)", "42 (sh) S 1", ") 42 (", "x (sh) \(rest)", "42 sh \(rest)"] {
      #expect(parse(text) == nil)
    }
  }

  @Test func `a tree holds descendants and the session, and ends in spite of cycles`() {
    func entry(_ pid: Int32, parent: Int32, session: Int32) -> ProcessEntry? {
      parse("\(pid) (x) S \(parent) \(session) \(session) \(rest.dropFirst(11))")
    }
    let all = [
      entry(1, parent: 0, session: 1), entry(5, parent: 1, session: 5),
      entry(6, parent: 5, session: 5), entry(7, parent: 6, session: 7),
      entry(8, parent: 1, session: 5), entry(9, parent: 1, session: 9),
      entry(20, parent: 21, session: 5), entry(21, parent: 20, session: 21),
    ].compactMap { $0 }
    #expect(all.count == 8)
    #expect(Set(ProcessEntry.tree(of: 5, in: all).map(\.pid)) == [5, 6, 7, 8, 20, 21])
    #expect(ProcessEntry.tree(of: 77, in: all).isEmpty)
  }
}
