import Catalog
import Identity
import MCP
import Orders

/// The calls of one loop that are under way, each in its place, so that they can be ended. Places
/// are used again: a call costs no memory of its own.
struct CallsUnderWay {
  private struct Place {
    var call: Call?
    var task: UnsafeCurrentTask?
    /// What the call is about, once that is known.
    var subject: Subject?
    /// What ended it.
    var stop: Stop?
  }

  private var places: [Place] = []
  private var free: [Int] = []

  /// How many there are.
  var count: Int { places.count - free.count }

  /// Those that were stopped and are not over yet.
  var stoppedCount: Int { places.count { $0.stop != nil } }

  /// A call begins, in the current task.
  /// - Returns: its place.
  mutating func begin(_ call: Call) -> Int {
    let place = Place(call: call, task: withUnsafeCurrentTask { $0 })
    guard let index = free.popLast() else {
      places.append(place)
      return places.count - 1
    }
    places[index] = place
    return index
  }

  /// It is clear what a call is about.
  mutating func note(_ subject: Subject, of call: Call) {
    if places.indices.contains(call.place) { places[call.place].subject = subject }
  }

  /// A call ends. Its task must not have ended before.
  mutating func end(_ call: Call) {
    places[call.place] = Place()
    free.append(call.place)
  }

  /// What ended a call.
  func stop(of call: Call) -> Stop? {
    places.indices.contains(call.place) ? places[call.place].stop : nil
  }

  /// The tasks of the calls that stops cover and that are not ended yet. They are to be cancelled
  /// at once.
  mutating func takeStopped(by stops: StopSet) -> [UnsafeCurrentTask] {
    var tasks: [UnsafeCurrentTask] = []
    for index in places.indices where places[index].stop == nil {
      guard let call = places[index].call,
        let stop = stops.stop(of: call, about: places[index].subject)
      else { continue }
      places[index].stop = stop
      if let task = places[index].task { tasks.append(task) }
    }
    return tasks
  }
}

extension StopSet {
  /// What stops a call.
  func stop(of call: Call, about subject: Subject?) -> Stop? {
    let (caller, profile) = (call.caller.principal, call.request.endpoint.profile)
    if let stop = stop(agent: caller.agent, human: caller.human, profile: profile) { return stop }
    guard let subject else { return nil }
    if case .tool(let tool) = subject { return stop(tool: tool.name, server: tool.server) }
    return stop(server: subject.server)
  }
}
