import Synchronization
import TestSupport
import Testing

@testable import Reactor

@Suite(.timeLimit(.minutes(1))) struct `Timer queue` {
  @Test func `100,000 timers come out by deadline, equal ones in the order they were added`() {
    var generator = SeededGenerator(seed: 7)
    var queue = TimerQueue<Int>()
    var expected: [(deadline: UInt64, number: Int)] = []
    for number in 0..<100_000 {
      let deadline = UInt64.random(in: 0..<20_000, using: &generator)
      _ = queue.add(MonotonicTime(nanoseconds: deadline), number)
      expected.append((deadline, number))
    }
    expected.sort { ($0.deadline, $0.number) < ($1.deadline, $1.number) }
    var taken: [Int] = []
    while let number = queue.takeDue(.distantFuture) { taken.append(number) }
    #expect(taken == expected.map(\.number))
    #expect(queue.isEmpty)
  }

  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func `it agrees with a sorted list under random adding, removing and firing`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var queue = TimerQueue<Int>()
    var model: [(deadline: UInt64, number: Int, id: TimerQueue<Int>.ID)] = []
    var gone: [TimerQueue<Int>.ID] = []
    var now: UInt64 = 0
    for number in 0..<2000 {
      switch Int.random(in: 0..<10, using: &generator) {
      case 0..<5:
        let deadline = now + UInt64.random(in: 0..<500, using: &generator)
        let id = queue.add(MonotonicTime(nanoseconds: deadline), number)
        let place = model.firstIndex { $0.deadline > deadline } ?? model.count
        model.insert((deadline, number, id), at: place)
      case 5..<7 where !model.isEmpty:
        let index = Int.random(in: 0..<model.count, using: &generator)
        let removed = model.remove(at: index)
        #expect(queue.remove(removed.id) == removed.number)
        gone.append(removed.id)
      case 7:
        if let id = gone.randomElement(using: &generator) { #expect(queue.remove(id) == nil) }
      default:
        now += UInt64.random(in: 0..<100, using: &generator)
        while let first = model.first, first.deadline <= now {
          #expect(queue.takeDue(MonotonicTime(nanoseconds: now)) == first.number)
          gone.append(model.removeFirst().id)
        }
        #expect(queue.takeDue(MonotonicTime(nanoseconds: now)) == nil)
      }
      #expect(queue.count == model.count)
      #expect(queue.earliest?.nanoseconds == model.first?.deadline)
    }
  }
}

@Suite(.timeLimit(.minutes(1))) struct `Loop timers` {
  @Test func `they fire by deadline and not before it`() async throws {
    try await onLoop { loop in
      final class State { var fired: [Int] = [] }
      let state = State()
      let start = MonotonicTime.read()
      await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
        for number in [3, 1, 2, 4] {
          loop.schedule(at: start + .milliseconds(number * 2)) {
            #expect(MonotonicTime.read() >= start + .milliseconds(number * 2))
            state.fired.append(number)
            if number == 4 { continuation.resume() }
          }
        }
      }
      #expect(state.fired == [1, 2, 3, 4])
    }
  }

  @Test func `a cancelled timer does not fire, even when it is due in the same tick`() async throws
  {
    try await onLoop { loop in
      final class State {
        var fired: [String] = []
        var second: LoopTimer?
      }
      let state = State()
      loop.schedule(after: .zero) {
        state.fired.append("first")
        state.second?.cancel()
        state.second?.cancel()
      }
      state.second = loop.schedule(after: .zero) { state.fired.append("second") }
      try await loop.sleep(for: .milliseconds(2))
      #expect(state.fired == ["first"])
    }
  }

  @Test func `cancelling releases the closure at once`() async throws {
    try await onLoop { loop in
      final class Held {}
      var held: Held? = Held()
      weak let watched = held
      let timer = loop.schedule(after: .seconds(3600)) { [held] in _ = held }
      held = nil
      #expect(watched != nil)
      timer.cancel()
      #expect(watched == nil)
    }
  }

  @Test func `a timer that schedules itself without delay starves nothing`() async throws {
    try await onLoop { loop in
      final class State {
        var done = false
        var turns = 0
      }
      let state = State()
      func again() {
        state.turns += 1
        if !state.done { loop.schedule(after: .zero) { again() } }
      }
      again()
      for _ in 0..<100 { await Task.yield() }
      try await loop.sleep(for: .milliseconds(1))
      state.done = true
      #expect(state.turns > 1)
    }
  }

  @Test func `sleep ends with an error as soon as its task is cancelled`() async throws {
    try await onLoop { loop in
      let task = Task(executorPreference: loop) { () -> Bool in
        do {
          try await loop.sleep(for: .seconds(3600))
          return false
        } catch { return loop.isCurrent }
      }
      try await loop.sleep(for: .milliseconds(1))
      task.cancel()
      #expect(await task.value)
      let late = Task(executorPreference: loop) { () -> Bool in
        withUnsafeCurrentTask { $0?.cancel() }
        do {
          try await loop.sleep(for: .seconds(3600))
          return false
        } catch { return true }
      }
      #expect(await late.value)
    }
  }

  @Test func `sleep cancelled from another thread leaves nothing behind`() async throws {
    let group = try EventLoopGroup(count: 1)
    defer { group.shutdown() }
    let loop = group.loops[0]
    for _ in 0..<500 {
      let task = loop.spawn { try? await loop.sleep(for: .seconds(3600)) }
      task.cancel()
      await task.value
    }
    #expect(await loop.perform { loop.timers.isEmpty })
  }
}

@Suite struct `Monotonic time` {
  @Test func `adding stays within the range of the clock`() {
    let time = MonotonicTime(nanoseconds: 1000)
    #expect(time + .nanoseconds(5) == MonotonicTime(nanoseconds: 1005))
    #expect(time + .nanoseconds(-5) == MonotonicTime(nanoseconds: 995))
    #expect(time + .seconds(-1) == MonotonicTime(nanoseconds: 0))
    #expect(MonotonicTime.distantFuture + .seconds(1) == .distantFuture)
    #expect(time + .seconds(Int64.max) > time)
    #expect(time + .seconds(Int64.min) == MonotonicTime(nanoseconds: 0))
  }

  @Test func `differences are signed`() {
    let early = MonotonicTime(nanoseconds: 1000)
    let late = early + .milliseconds(3)
    #expect(late - early == .milliseconds(3))
    #expect(early - late == .milliseconds(-3))
    #expect(early < late)
  }
}
