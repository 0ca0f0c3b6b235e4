import Reactor
import Testing

@testable import MCP

@Suite struct CircuitBreakerTests {
  private var breaker = CircuitBreaker()

  private func at(_ milliseconds: Int) -> MonotonicTime {
    MonotonicTime(nanoseconds: 1) + .milliseconds(milliseconds)
  }

  private mutating func call(_ ending: CircuitBreaker.Ending, at milliseconds: Int) -> Bool {
    guard case .admitted(let generation) = breaker.admit(at: at(milliseconds)) else { return false }
    breaker.ended(
      ending, generation: generation, began: at(milliseconds), at: at(milliseconds))
    return true
  }

  @Test mutating func `five failures in a row open it`() {
    for number in 0..<4 { #expect(call(.failed, at: number)) }
    #expect(breaker.state == .closed)
    #expect(call(.failed, at: 4))
    #expect(breaker.state == .open)
    #expect(call(.failed, at: 5))
    #expect(breaker.admit(at: at(6)) == .refused(until: at(5005)))
  }

  @Test mutating func `an answer in between starts the count anew`() {
    for number in 0..<100 { #expect(call(number % 5 == 4 ? .answered : .neutral, at: number)) }
    for number in 0..<15 {
      #expect(call(number % 5 == 4 ? .answered : .failed, at: 40_000 * number))
    }
    #expect(breaker.state == .closed)
  }

  @Test mutating func `half of twenty calls in a window open it, and not half of fewer`() {
    for number in 0..<19 { #expect(call(number % 2 == 0 ? .answered : .failed, at: number)) }
    #expect(breaker.state == .closed)
    #expect(call(.failed, at: 20))
    #expect(breaker.state == .open)
  }

  @Test mutating func `what was in an earlier window does not count`() {
    for number in 0..<18 { #expect(call(number % 2 == 0 ? .answered : .failed, at: number)) }
    #expect(call(.answered, at: 31_000))
    #expect(call(.failed, at: 31_001))
    #expect(breaker.state == .closed)
  }

  @Test mutating func `what ends without saying anything does not count`() {
    for number in 0..<100 { #expect(call(.neutral, at: number)) }
    #expect(breaker.state == .closed)
  }

  @Test mutating func `a call is tried at once, the next after a pause, and an answer closes it`() {
    for _ in 0..<6 { #expect(call(.failed, at: 0)) }
    #expect(breaker.admit(at: at(4999)) == .refused(until: at(5000)))
    guard case .admitted(let trial) = breaker.admit(at: at(5000)) else {
      Issue.record("the trial was refused")
      return
    }
    #expect(breaker.state == .halfOpen)
    #expect(breaker.admit(at: at(5001)) == .refused(until: nil))
    breaker.ended(.answered, generation: trial, began: at(5000), at: at(6000))
    #expect(breaker.state == .closed)
    #expect(call(.failed, at: 6001))
    #expect(breaker.state == .closed)
  }

  @Test mutating func `each trial that fails doubles the pause, up to a minute`() {
    for _ in 0..<5 { #expect(call(.failed, at: 0)) }
    var time = 0
    for pause in [5, 10, 20, 40, 60, 60] {
      #expect(call(.failed, at: time))
      #expect(breaker.until == at(time + pause * 1000))
      time += pause * 1000
    }
    #expect(call(.answered, at: time))
    for _ in 0..<5 { #expect(call(.failed, at: time)) }
    #expect(breaker.until == at(time))
  }

  @Test mutating func `what fails while others are answered says nothing`() {
    for number in 1...100 {
      guard case .admitted(let slow) = breaker.admit(at: at(number * 10)) else { return }
      #expect(call(.answered, at: number * 10 + 5))
      breaker.ended(.failed, generation: slow, began: at(number * 10), at: at(number * 10 + 9))
    }
    #expect(breaker.state == .closed)
  }

  @Test mutating func `a trial that says nothing lets the next call try`() {
    for _ in 0..<6 { #expect(call(.failed, at: 0)) }
    #expect(call(.neutral, at: 5000))
    #expect(breaker.state == .open)
    #expect(call(.answered, at: 5001))
    #expect(breaker.state == .closed)
  }

  @Test mutating func `calls that began earlier say nothing about a trial`() {
    guard case .admitted(let old) = breaker.admit(at: at(0)) else { return }
    for _ in 0..<5 { #expect(call(.failed, at: 1)) }
    breaker.ended(.answered, generation: old, began: at(0), at: at(2))
    #expect(breaker.state == .open)
    guard case .admitted(let trial) = breaker.admit(at: at(6000)) else { return }
    breaker.ended(.failed, generation: old, began: at(0), at: at(6001))
    #expect(breaker.state == .halfOpen)
    breaker.ended(.answered, generation: trial, began: at(6000), at: at(6002))
    #expect(breaker.state == .closed)
  }

  @Test mutating func `a new connection starts afresh`() {
    guard case .admitted(let old) = breaker.admit(at: at(0)) else { return }
    for _ in 0..<5 { #expect(call(.failed, at: 0)) }
    breaker.reconnected()
    #expect(breaker.state == .closed)
    for _ in 0..<10 { breaker.ended(.failed, generation: old, began: at(0), at: at(1)) }
    #expect(breaker.state == .closed)
    #expect(call(.answered, at: 2))
  }
}
