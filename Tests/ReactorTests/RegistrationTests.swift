import CLinux
import Glibc
import Reactor
import Testing

@Suite(.timeLimit(.minutes(1))) struct `Descriptor registration` {
  @Test func `a readable descriptor calls its handler as long as bytes are there`() async throws {
    try await onLoop { loop in
      let pipe = TestPipe()
      let log = Log<Readiness>()
      let registration = try loop.register(pipe.readEnd, for: .read) { log.add($0) }
      pipe.put("a")
      #expect(await eventually(loop) { log.count >= 3 })
      #expect(log.all.allSatisfy { $0 == .read })
      #expect(pipe.take() == "a")
      pipe.closeWriteEnd()
      #expect(await eventually(loop) { log.all.last == .hangup })
      registration.cancel()
    }
  }

  @Test func `an edge-triggered registration reports each change once`() async throws {
    try await onLoop { loop in
      let pipe = TestPipe()
      let log = Log<Readiness>()
      let registration = try loop.register(pipe.readEnd, for: [.read, .edge]) { log.add($0) }
      pipe.put("a")
      #expect(await eventually(loop) { log.count == 1 })
      for _ in 0..<5 { try await loop.sleep(for: .milliseconds(1)) }
      #expect(log.count == 1)
      pipe.put("b")
      #expect(await eventually(loop) { log.count == 2 })
      registration.cancel()
    }
  }

  @Test func `an event fetched for a cancelled registration reaches nobody`() async throws {
    try await onLoop { loop in
      // Both are ready when epoll is asked; whichever comes first cancels the other and takes over
      // its slot for a descriptor that is not ready.
      final class State {
        var pipes = [TestPipe(), TestPipe()]
        var registrations: [Registration] = []
        var calls = 0
        var strayCalls = 0
        var heir: Registration?
      }
      for _ in 0..<50 {
        let state = State()
        let silent = TestPipe()
        for index in 0..<2 {
          state.pipes[index].put("x")
          state.registrations.append(
            try loop.register(state.pipes[index].readEnd, for: .read) { _ in
              state.calls += 1
              for registration in state.registrations { registration.cancel() }
              state.heir = try? loop.register(silent.readEnd, for: .read) { _ in
                state.strayCalls += 1
              }
            })
        }
        #expect(await eventually(loop) { state.calls > 0 })
        await Task.yield()
        try await loop.sleep(for: .zero)
        #expect(state.calls == 1)
        #expect(state.strayCalls == 0)
        #expect(state.heir != nil)
        silent.put("y")
        #expect(await eventually(loop) { state.strayCalls > 0 })
        state.heir?.cancel()
      }
    }
  }

  @Test func `a handler may cancel itself and register the same descriptor again`() async throws {
    try await onLoop { loop in
      final class State {
        var registration: Registration?
        var calls = 0
      }
      let state = State()
      let pipe = TestPipe()
      pipe.put("x")
      func watch() throws {
        state.registration = try loop.register(pipe.readEnd, for: .read) { _ in
          state.calls += 1
          state.registration?.cancel()
          if state.calls < 5 { try? watch() }
        }
      }
      try watch()
      #expect(await eventually(loop) { state.calls == 5 })
      #expect(state.registration?.isCancelled == true)
      state.registration?.cancel()
      #expect(state.calls == 5)
    }
  }

  @Test func `an update changes what is watched`() async throws {
    try await onLoop { loop in
      let pipe = TestPipe()
      let log = Log<Readiness>()
      let registration = try loop.register(pipe.writeEnd, for: []) { log.add($0) }
      for _ in 0..<3 { try await loop.sleep(for: .milliseconds(1)) }
      #expect(log.count == 0)
      try registration.update(.write)
      #expect(registration.interest == .write)
      #expect(await eventually(loop) { log.all.first == .write })
      registration.cancel()
      try registration.update(.read)
      #expect(registration.interest == .write)
    }
  }

  @Test func `cancelling releases the handler and what it holds`() async throws {
    try await onLoop { loop in
      final class Held {}
      let pipe = TestPipe()
      var held: Held? = Held()
      weak let watched = held
      let registration = try loop.register(pipe.readEnd, for: .read) { [held] _ in _ = held }
      held = nil
      #expect(watched != nil)
      registration.cancel()
      #expect(watched == nil)
    }
  }

  @Test func `a descriptor that cannot be watched is a clear error`() async throws {
    try await onLoop { loop in
      let pipe = TestPipe()
      let registration = try loop.register(pipe.readEnd, for: .read) { _ in }
      #expect(
        throws: ReactorError.system(
          call: "epoll_ctl", code: EEXIST, subject: "descriptor \(pipe.readEnd)")
      ) { _ = try loop.register(pipe.readEnd, for: .read) { _ in } }
      registration.cancel()
      let file = linux_open("/proc/self/exe", O_RDONLY | O_CLOEXEC, 0)
      defer { close(file) }
      #expect(
        throws: ReactorError.system(
          call: "epoll_ctl", code: EPERM, subject: "descriptor \(file)")
      ) { _ = try loop.register(file, for: .read) { _ in } }
      let error = #expect(throws: ReactorError.self) {
        _ = try loop.register(-1, for: .read) { _ in }
      }
      #expect(error?.description == "epoll_ctl failed for descriptor -1: Bad file descriptor")
    }
  }
}
