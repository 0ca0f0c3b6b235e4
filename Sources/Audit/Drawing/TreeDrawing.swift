import Logging

/// A graph as a tree for a terminal: people, the agents that act for them, their skills, and what
/// was called in the order of time.
struct TreeDrawing {
  let graph: Graph

  /// A line and what is below it.
  private final class Branch {
    let line: String
    var branches: [Branch] = []
    private var places: [String: Int] = [:]

    init(_ line: String) { self.line = line }

    /// The branch of this line, made when it is not there.
    func branch(_ line: String) -> Branch {
      if let place = places[line] { return branches[place] }
      places[line] = branches.count
      return add(line)
    }

    @discardableResult
    func add(_ line: String) -> Branch {
      let branch = Branch(line)
      branches.append(branch)
      return branch
    }

    func write(_ indent: String, to text: inout String) {
      for (index, branch) in branches.enumerated() {
        let isLast = index == branches.count - 1
        text += indent + (isLast ? "└─ " : "├─ ") + branch.line + "\n"
        branch.write(indent + (isLast ? "   " : "│  "), to: &text)
      }
    }
  }

  var text: String {
    let root = Branch("")
    for call in graph.calls { add(call, to: root) }
    var text = ""
    for branch in root.branches {
      text += branch.line + "\n"
      branch.write("", to: &text)
    }
    if let omission = graph.omission { text += "… \(omission)\n" }
    return text
  }

  private func add(_ call: GraphCall, to root: Branch) {
    var branch = root
    if let human = call.human { branch = branch.branch("human \(shown(human))") }
    let agent = "agent \(shown(call.agent ?? "unknown"))"
    let tenant = call.tenant.map { " of \(shown($0))" } ?? ""
    branch = branch.branch((call.human == nil ? "" : "delegates to ") + agent + tenant)
    if !call.skill.isEmpty { branch = branch.branch("runs skill \(shown(call.skill.short))") }
    if let run = call.run { branch = branch.branch("run \(shown(run))") }
    let line = branch.add(self.line(call))
    addDetails(call, to: line)
  }

  private func line(_ call: GraphCall) -> String {
    let time = UTCTimestamp(milliseconds: call.time / 1000).description
    let tool = [call.server, call.tool].compactMap(\.self).map(shown).joined(separator: "__")
    let target = tool.isEmpty ? shown(call.method ?? "") : tool
    let effect = call.effect.map { " (\(shown($0)))" } ?? ""
    return "\(time)  \(arrow(call.mark)) \(target)\(effect)  call \(call.call)"
  }

  /// What was decided, in words beside the sign.
  private func arrow(_ mark: Graph.Mark) -> String {
    switch mark {
    case .plain: "──▶ allowed"
    case .denied: "╌╌✕ denied"
    case .asked: "┄┄? asked"
    case .approved: "══▶ approved"
    case .tainted: "∿∿▶ tainted"
    }
  }

  private func addDetails(_ call: GraphCall, to line: Branch) {
    if !call.policies.isEmpty {
      let version = call.policyVersion.map { " @\(shown(ShortDigest.of($0)))" } ?? ""
      line.add("because \(call.policies.map(shown).joined(separator: ", "))\(version)")
    }
    if !call.actors.isEmpty {
      line.add("acted through \(call.actors.reversed().map(shown).joined(separator: " → "))")
    }
    if let reason = call.reason { line.add("reason: \(shown(reason))") }
    if let remedies = call.remedies { line.add("needs \(shown(remedies))") }
    for approval in call.approvals {
      let who = approval.approver.map { " by \(shown($0))" } ?? ""
      let waited = approval.waited.map { " after \($0 / 1000) ms" } ?? ""
      let how = approval.authentication.map { ", signed in by \(shown($0))" } ?? ""
      line.add("approval \(shown(approval.event))\(who)\(how)\(waited)")
    }
    if let credential = call.credential { line.add("used credential \(shown(credential))") }
    if let session = call.session { line.add("by session \(shown(session))") }
    if let parent = call.parent { line.add("part of call \(parent)") }
    guard call.decision == "allow" else {
      if let data = payload(call.arguments) { line.add("not sent: data \(data)") }
      return
    }
    let verb = call.effect == "read" ? "read by" : "written by"
    if let data = payload(call.arguments) { line.add("\(verb) it: data \(data)") }
    guard let outcome = call.outcome else {
      line.add("no outcome: in doubt")
      return
    }
    let took = outcome.duration.map { " in \($0 / 1000) ms" } ?? ""
    let result = payload(outcome.result).map { ": result \($0)" } ?? ""
    line.add("\(shown(outcome.status ?? "ended"))\(took)\(result)")
  }

  private func payload(_ payload: GraphCall.Payload) -> String? {
    guard payload.bytes != nil || payload.digest != nil else { return nil }
    var words: [String] = []
    if let digest = payload.digest { words.append(ShortDigest.of(digest)) }
    if let bytes = payload.bytes { words.append("\(bytes) B") }
    if payload.isErased { words.append("erased") }
    return words.joined(separator: ", ")
  }

  private func shown(_ text: String) -> String { TextEscape.terminal(text) }
}
