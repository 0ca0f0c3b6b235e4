import Glibc
import Testing

@testable import Reactor

private let path = "/usr/local/bin:/usr/bin:/bin"

private func shell(_ script: String) -> ChildProcess.Configuration {
  ChildProcess.Configuration(
    executable: "sh", arguments: ["-c", script], environment: ["PATH": path])
}

private func output(
  of configuration: ChildProcess.Configuration, on loop: EventLoop
) async throws -> String {
  let child = try ChildProcess.spawn(configuration, on: loop)
  child.closeStandardInput()
  let bytes = try await readToEnd(child.standardOutput, on: loop)
  #expect(await child.waitForExit() == .exited(0))
  return String(decoding: bytes, as: UTF8.self)
}

@Suite(.timeLimit(.minutes(1))) struct `Child process` {
  @Test func `what is written to cat comes back, and it ends with its input`() async throws {
    try await onLoop { loop in
      let child = try ChildProcess.spawn(
        .init(executable: "cat", environment: ["PATH": path]), on: loop)
      try await writeAll(Array("hello\n".utf8), to: child.standardInput, on: loop)
      #expect(try await readLine(child.standardOutput, on: loop) == "hello")
      #expect(child.exitStatus == nil)
      child.closeStandardInput()
      child.closeStandardInput()
      #expect(child.standardInput == -1)
      #expect(await child.waitForExit() == .exited(0))
      #expect(!exists(child.pid))
    }
  }

  @Test func `one megabyte passes through the pipes without deadlock`() async throws {
    try await onLoop { loop in
      let child = try ChildProcess.spawn(
        .init(executable: "cat", environment: ["PATH": path]), on: loop)
      let sent = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
      let writer = Task(executorPreference: loop) {
        try await writeAll(sent, to: child.standardInput, on: loop)
        child.closeStandardInput()
      }
      let received = try await readToEnd(child.standardOutput, on: loop)
      try await writer.value
      #expect(received == sent)
      #expect(await child.waitForExit() == .exited(0))
    }
  }

  @Test func `it gets the given environment, directory and arguments and nothing else`()
    async throws
  {
    try await onLoop { loop in
      let environment = ["PATH": path, "B": "two words", "EMPTY": ""]
      let variables = try await output(
        of: .init(executable: "env", environment: environment), on: loop)
      #expect(variables == "B=two words\nEMPTY=\nPATH=\(path)\n")
      let directory = try await output(
        of: .init(
          executable: "pwd", environment: ["PATH": path], workingDirectory: "/usr/lib"), on: loop)
      #expect(directory == "/usr/lib\n")
      let arguments = try await output(
        of: .init(
          executable: "printf", arguments: ["%s|", "", "a b", "«ü»"],
          environment: ["PATH": path]), on: loop)
      #expect(arguments == "|a b|«ü»|")
    }
  }

  @Test func `it has its three streams, a session of its own and ordinary signals`() async throws {
    // Ignored here and blocked on the loop: the child must not inherit either.
    signal(SIGPIPE, SIG_IGN)
    try await onLoop { loop in
      Signals.block([SIGTERM, SIGUSR1])
      let descriptors = try await output(of: shell("ls /proc/self/fd"), on: loop)
      #expect(descriptors == "0\n1\n2\n3\n")  // 3 is the directory ls reads
      let child = try ChildProcess.spawn(shell("exec cat /proc/self/stat"), on: loop)
      let entry = ProcessEntry(
        parsing: Array(try await readLine(child.standardOutput, on: loop).utf8))
      #expect(entry?.pid == child.pid)
      #expect(entry?.session == child.pid)
      #expect(entry?.group == child.pid)
      _ = await child.waitForExit()
      let lines = try await output(
        of: shell("exec grep -E 'Sig(Blk|Ign)' /proc/self/status"), on: loop
      ).split(separator: "\n")
      #expect(lines.first == "SigBlk:\t0000000000000000")
      let ignored = lines.last.flatMap { UInt64($0.dropFirst(8), radix: 16) }
      // Signals 32 and 33 are the C library's own.
      #expect(ignored.map { $0 & ~0x1_8000_0000 } == 0)
    }
  }

  @Test func `its exit code or signal is reported once, also to who asks late`() async throws {
    try await onLoop { loop in
      let log = Log<Reactor.ExitStatus>()
      let failing = try ChildProcess.spawn(shell("exit 7"), on: loop)
      failing.onExit = { log.add($0) }
      #expect(await failing.waitForExit() == .exited(7))
      #expect(log.all == [.exited(7)])
      failing.onExit = { log.add($0) }
      #expect(await eventually(loop) { log.count == 2 })
      #expect(log.all == [.exited(7), .exited(7)])
      let killed = try ChildProcess.spawn(shell("kill -9 $$"), on: loop)
      #expect(await killed.waitForExit() == .signaled(9))
      #expect(await killed.waitForExit(for: .zero) == .signaled(9))
      killed.signal(SIGTERM)
    }
  }

  @Test func `waiting with a limit gives up on a child that runs on`() async throws {
    try await onLoop { loop in
      let child = try ChildProcess.spawn(shell("exec sleep 60"), on: loop)
      #expect(await child.waitForExit(for: .milliseconds(5)) == nil)
      child.signal(SIGTERM)
      #expect(await child.waitForExit() == .signaled(SIGTERM))
    }
  }

  @Test func `its end is seen while a grandchild holds the pipes, which then ends too`()
    async throws
  {
    try await onLoop { loop in
      let child = try ChildProcess.spawn(shell("sleep 60 & echo $!; wait"), on: loop)
      let line = try await readLine(child.standardOutput, on: loop)
      let grandchild = try #require(Int32(line))
      #expect(exists(grandchild))
      kill(child.pid, SIGKILL)
      #expect(await child.waitForExit() == .signaled(SIGKILL))
      #expect(try await readToEnd(child.standardOutput, on: loop) == [])
    }
  }

  @Test func `its end is seen while a process that left its session holds the pipes`() async throws
  {
    try await onLoop { loop in
      let child = try ChildProcess.spawn(shell("setsid sleep 60 & echo $!; wait"), on: loop)
      let line = try await readLine(child.standardOutput, on: loop)
      let grandchild = try #require(Int32(line))
      #expect(
        await eventually(loop) { ProcessEntry.read(grandchild)?.session == grandchild })
      let entry = try #require(ProcessEntry.read(grandchild))
      kill(child.pid, SIGKILL)
      #expect(await child.waitForExit() == .signaled(SIGKILL))
      var byte: UInt8 = 0
      #expect(read(child.standardOutput, &byte, 1) == -1)
      #expect(entry.isRunning)
      entry.signal(SIGKILL)
      #expect(try await readToEnd(child.standardOutput, on: loop) == [])
      #expect(await eventually(loop) { !entry.isRunning })
    }
  }

  @Test func `its exit code is seen even when this process was started ignoring SIGCHLD`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      signal(SIGCHLD, SIG_IGN)
      let status = try await onLoop { loop in
        await (try ChildProcess.spawn(shell("exit 3"), on: loop)).waitForExit()
      }
      exit(status == .exited(3) ? 0 : 1)
    }
  }

  @Test func `many at once all end, none stays as a zombie`() async throws {
    try await onLoop { loop in
      let children = try (0..<40).map { number in
        try ChildProcess.spawn(shell("cat; exit \(number)"), on: loop)
      }
      for (number, child) in children.enumerated() {
        try await writeAll(Array("\(number)".utf8), to: child.standardInput, on: loop)
        child.closeStandardInput()
      }
      for (number, child) in children.enumerated() {
        let text = String(
          decoding: try await readToEnd(child.standardOutput, on: loop), as: UTF8.self)
        #expect(text == "\(number)")
        #expect(await child.waitForExit() == .exited(Int32(number)))
        #expect(!exists(child.pid))
      }
    }
  }
}

@Suite(.timeLimit(.minutes(1))) struct `Child process shutdown` {
  @Test func `a child that ends with its input gets no signal`() async throws {
    try await onLoop { loop in
      let child = try ChildProcess.spawn(shell("cat; exit 3"), on: loop)
      let status = await child.shutdown(grace: .seconds(30), then: .seconds(30))
      #expect(status == .exited(3))
    }
  }

  @Test func `a child that ignores its input gets TERM`() async throws {
    try await onLoop { loop in
      let child = try ChildProcess.spawn(
        shell("trap 'exit 5' TERM; echo ready; while :; do sleep 0.05; done"), on: loop)
      #expect(try await readLine(child.standardOutput, on: loop) == "ready")
      let status = await child.shutdown(grace: .milliseconds(10), then: .seconds(30))
      #expect(status == .exited(5))
    }
  }

  @Test func `a child that ignores TERM gets KILL`() async throws {
    try await onLoop { loop in
      let child = try ChildProcess.spawn(
        shell("trap '' TERM; echo ready; sleep 60; sleep 60"), on: loop)
      #expect(try await readLine(child.standardOutput, on: loop) == "ready")
      let status = await child.shutdown(grace: .milliseconds(10), then: .milliseconds(20))
      #expect(status == .signaled(SIGKILL))
      #expect(!exists(child.pid))
    }
  }

  @Test func `descendants of a child that TERM ends at once have their time to end too`()
    async throws
  {
    try await onLoop { loop in
      let child = try ChildProcess.spawn(
        shell(
          """
          sh -c 'trap "sleep 0.1; echo done; exit" TERM; echo ready; while :; do sleep 0.01; done' &
          wait
          """), on: loop)
      #expect(try await readLine(child.standardOutput, on: loop) == "ready")
      let status = await child.shutdown(grace: .milliseconds(5), then: .seconds(30))
      #expect(status == .signaled(SIGTERM))
      #expect(try await readLine(child.standardOutput, on: loop) == "done")
      #expect(!exists(child.pid))
    }
  }

  @Test func `a cancelled task still goes through all stages`() async throws {
    try await onLoop { loop in
      let child = try ChildProcess.spawn(
        shell("trap '' TERM; echo ready; sleep 60; sleep 60"), on: loop)
      #expect(try await readLine(child.standardOutput, on: loop) == "ready")
      let task = Task(executorPreference: loop) {
        await child.shutdown(grace: .milliseconds(5), then: .milliseconds(5))
      }
      task.cancel()
      #expect(await task.value == .signaled(SIGKILL))
    }
  }

  @Test(arguments: ["", "trap '' TERM;"])
  func `the whole tree ends, also what left the session or the group`(trap: String) async throws {
    try await onLoop { loop in
      let child = try ChildProcess.spawn(
        shell("\(trap) setsid sleep 60 & echo $!; sh -c 'sleep 60 & echo $!; wait' & wait"),
        on: loop)
      var members: [Int32] = []
      for _ in 0..<2 {
        let line = try await readLine(child.standardOutput, on: loop)
        members.append(try #require(Int32(line)))
      }
      // Until setsid has run, its process is still in the session.
      #expect(
        await eventually(loop) {
          members.contains { ProcessEntry.read($0).map { $0.session != child.pid } ?? false }
        })
      let status = await child.shutdown(grace: .milliseconds(5), then: .milliseconds(50))
      #expect(status == .signaled(trap.isEmpty ? SIGTERM : SIGKILL))
      for member in members {
        // Orphans are reaped by init, in its own time; a zombie has ended.
        #expect(await eventually(loop) { ProcessEntry.read(member).map(\.isZombie) ?? true })
      }
    }
  }

  @Test func `shutting down what has ended returns how it ended`() async throws {
    try await onLoop { loop in
      let child = try ChildProcess.spawn(shell("exit 4"), on: loop)
      _ = await child.waitForExit()
      #expect(await child.shutdown(grace: .seconds(60), then: .seconds(60)) == .exited(4))
    }
  }
}
