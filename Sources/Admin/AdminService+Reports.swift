import Catalog
import Configuration
import Gate
import JSON
import Ledger
import Logging
import MCP
import Reactor

/// The JSON that the admin API answers with. Members are only added, never renamed.
extension AdminService {
  func status() -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 512)
    let reports = catalog.upstreams
    let snapshot = gate.snapshot
    let ledgerStatus = ledger.status
    writer.beginObject()
    writer.member("version", Product.version)
    writer.member("pid", Int(facts.pid))
    writer.member("listen", facts.listen)
    writer.member("started", UTCTimestamp(milliseconds: facts.startedAt).description)
    writer.member("configuration", facts.configurationFile)
    writer.member("data", facts.dataDirectory)
    writer.member("loops", facts.loops)
    writer.member("sessions", facts.sessions())
    writer.member("callsInFlight", gate.callsInFlight)
    writer.member("upstreams", reports.count)
    writer.member("upstreamsReady", reports.count { $0.status.state == .ready })
    writer.member("waiting", reports.reduce(0) { $0 + $1.waiting })
    writer.member("tools", snapshot.catalog.tools.count)
    writer.member("policies", snapshot.policies.count)
    writer.member("policyVersion", snapshot.policies.version)
    writer.name("policyProblems")
    writer.beginArray()
    let report = facts.policyReport()
    write(report.errors, "error", to: &writer)
    write(report.warnings, "warning", to: &writer)
    write(report.pending, "pending", to: &writer)
    writer.endArray()
    writeApprovals(to: &writer)
    writeQuotas(to: &writer)
    writer.name("ledger")
    writer.beginObject()
    writer.member("records", Int(ledgerStatus.nextSequence))
    writer.member("durable", Int(ledgerStatus.durable))
    writer.member("signed", Int(ledgerStatus.signed))
    writer.member("error", ledgerStatus.error.map { "\($0)" })
    writer.member("checkpointError", ledgerStatus.treeError.map { "\($0)" })
    writer.endObject()
    writer.endObject()
    return writer.bytes
  }

  private func write(
    _ problems: [PolicyProblem], _ severity: String, to writer: inout JSONWriter
  ) {
    for problem in problems {
      writer.beginObject()
      writer.member("severity", severity)
      writer.member("file", problem.file)
      writer.member("line", problem.line)
      writer.member("column", problem.column)
      writer.member("message", problem.message)
      writer.endObject()
    }
  }

  func upstreams() -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 1024)
    writer.beginArray()
    for report in catalog.upstreams {
      writer.beginObject()
      writeMembers(of: report, isApproved: report.isApproved, waiting: report.waiting, to: &writer)
      writer.endObject()
    }
    let shown = Set(catalog.upstreams.map(\.configuration.name))
    for problem in registration?.registerProblems ?? [] {
      writer.beginObject()
      writer.member("name", problem.name)
      writer.member("origin", "store")
      writer.member("enabled", true)
      writer.member("state", "refused")
      writer.member("lastError", problem.reason)
      if !shown.contains(problem.name) { writeCard(of: problem.name, to: &writer) }
      writer.endObject()
    }
    writer.endArray()
    return writer.bytes
  }

  /// What the list of upstreams has of one.
  func writeMembers(
    of report: UpstreamReport, isApproved: Bool, waiting: Int, to writer: inout JSONWriter
  ) {
    let status = report.status
    writer.member("name", report.configuration.name)
    switch report.configuration.transport {
    case .stdio(let process):
      writer.member("transport", "stdio")
      // As written in the file: what a variable held may be a secret.
      writer.member("command", process.command.source)
    case .http(let endpoint):
      writer.member("transport", "http")
      writer.member("url", endpoint.url.source)
    case .sse(let endpoint):
      writer.member("transport", "sse")
      writer.member("url", endpoint.url.source)
    }
    writer.member("origin", report.configuration.origin.rawValue)
    writer.member("enabled", report.configuration.isEnabled)
    writer.member("state", report.configuration.isEnabled ? status.state.rawValue : "disabled")
    writer.member("protocolVersion", status.peer?.version.rawValue)
    writer.member("server", status.peer?.serverName)
    writer.member("serverVersion", status.peer?.serverVersion)
    writer.member("pid", status.pid.map { Int($0) })
    writer.member("quarantine", report.configuration.isQuarantined)
    writer.member("approved", isApproved)
    writer.member("waiting", waiting)
    writer.member("tools", report.tools)
    writer.member("prompts", report.prompts)
    writer.member("resources", report.resources)
    writer.member("resourceTemplates", report.templates)
    writer.member("callsInFlight", status.inFlight)
    writer.member("restarts", status.restarts)
    writer.member("lastError", status.lastError)
    writer.member("advice", report.advice)
    writer.member("listingError", report.listingError)
    if let health = report.health { write(health.report(at: .read()), to: &writer) }
    writer.name("problems")
    writer.beginArray()
    for problem in report.problems {
      writer.beginObject()
      writer.member("tool", problem.list == .tools ? problem.name : nil)
      writer.member("list", problem.list.rawValue)
      writer.member("name", problem.name)
      writer.member("reason", problem.reason)
      writer.endObject()
    }
    writer.endArray()
    writeCard(of: report.configuration.name, to: &writer)
  }

  private func writeCard(of upstream: String, to writer: inout JSONWriter) {
    guard let registration,
      let card = registration.register.card(of: upstream, under: registration.fileCards)
    else { return }
    writer.name("card")
    writer.raw(card.json)
    writer.member("cardOrigin", card.origin.rawValue)
  }

  private func write(_ health: UpstreamHealth.Report, to writer: inout JSONWriter) {
    writer.name("health")
    writer.beginObject()
    writer.member("circuit", health.circuit)
    writer.member("nextTryMs", health.nextTry.map(milliseconds))
    writer.member("calls", health.calls)
    writer.member("toolErrors", health.toolErrors)
    writer.member("failures", health.failures)
    writer.member("refusedByCircuit", health.refusedByCircuit)
    writer.member("refusedByRate", health.refusedByRate)
    for (name, time) in [("p50Ms", health.median), ("p95Ms", health.p95)] {
      guard let time else { continue }
      writer.name(name)
      // Microseconds are more than is known.
      writer.double((time / .microseconds(100)).rounded() / 10)
    }
    writer.member("lastFailure", health.lastFailure)
    writer.endObject()
  }

  private func milliseconds(_ duration: Duration) -> Int {
    Int(duration / .milliseconds(1))
  }

  func tools() -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 4096)
    writer.beginArray()
    for tool in gate.snapshot.catalog.tools {
      writer.beginObject()
      writer.member("name", tool.name)
      writer.member("server", tool.server)
      writer.member("effect", tool.effect.rawValue)
      writer.name("definition")
      writer.raw(tool.definition)
      writer.endObject()
    }
    writer.endArray()
    return writer.bytes
  }
}
