import Cedar
import Configuration
import Gate
import Glibc
import JSON

/// `sallyport policy check`
struct PolicyCheckCommand {
  let paths: [String]
  let schemaFile: String?
  let isPermissive: Bool
  let level: Int?
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let paths = session.policyPaths(paths, common) else { return .configuration }
    let sources: [PolicySource]
    let schema: SchemaOrigin
    do {
      sources = try FileSearch.files(paths, endings: [".cedar"]).map {
        path throws(TextFile.Failure) in
        PolicySource(file: path, text: try TextFile(reading: path).text)
      }
      guard !sources.isEmpty else {
        session.report("there are no *.cedar files in \(paths.joined(separator: ", "))")
        return .failure
      }
      schema = try schemaOrigin()
    } catch {
      session.report("\(error.path): \(error.reason)")
      return .failure
    }
    var report = PolicyCheckReport(files: sources.count)
    report.read(sources)
    if let policies = report.policies { report.validate(policies, schema, self) }
    if common.json { Output.write(report.json + "\n") } else { show(report, schema) }
    return report.isRight ? .success : .configuration
  }

  /// Where the schema comes from: the file that was named, or else a running gateway.
  private func schemaOrigin() throws(TextFile.Failure) -> SchemaOrigin {
    if let schemaFile { return .file(try TextFile(reading: schemaFile)) }
    let path = ConfigurationPath.find(
      typed: common.configuration, environment: session.environment
    ) { access($0, F_OK) == 0 }
    guard let path, let directories = ConfigurationDirectories(of: path) else { return .none }
    do {
      let document = try AdminClient(directories).request("GET", "/v1/policy/schema")
      return document.root[member: "cedar"]?.string.map { .gateway($0) } ?? .none
    } catch {
      return .none
    }
  }

  private func show(_ report: PolicyCheckReport, _ schema: SchemaOrigin) {
    for error in report.errors { Output.writeError("\(error)\n") }
    for finding in report.findings {
      Output.writeError("\(finding)\(schema.remark(on: finding))\n")
    }
    for remedy in report.incurable {
      Output.writeError("\(remedy.place): warning: policy `\(remedy.policy)`: \(remedy.message)\n")
    }
    if !report.isComplete { Output.writeError("more may follow; fix these first\n") }
    guard report.isRight else { return }
    let count = report.policies?.policies.count ?? 0
    Output.write(
      "\(session.output.styled("✓", .green)) "
        + "\(count == 1 ? "1 policy" : "\(count) policies"), \(schema.told)\n")
  }
}

/// Where `policy check` has its schema from.
enum SchemaOrigin {
  case file(TextFile)
  /// The text that a running gateway made of its catalog.
  case gateway(String)
  case none

  var told: String {
    switch self {
    case .file(let file): "validated against \(printable(file.path))"
    case .gateway: "validated against the tools of the running gateway"
    case .none:
      "not validated: no gateway is running whose tools are known, and no --schema is given"
    }
  }

  /// What is to be known of a finding: tools may come into a group that is empty now.
  func remark(on finding: ValidationFinding) -> String {
    guard case .gateway = self, finding.kind == .noApplicableAction else { return "" }
    return "; tools that nobody has approved are not known here (`sallyport upstream list`)"
  }

  /// The schema, or nil when there is none.
  func schema() throws(SchemaErrors) -> Schema? {
    switch self {
    case .file(let file):
      file.path.hasSuffix(".json")
        ? try Schema.parse(json: file.text, file: file.path)
        : try Schema.parse(file.text, file: file.path)
    case .gateway(let text): try Schema.parse(text, file: "the gateway's schema")
    case .none: nil
    }
  }
}

/// What is wrong with some policies.
struct PolicyCheckReport {
  let files: Int
  private(set) var policies: PolicySet?
  /// What does not parse, policies or schema.
  private(set) var errors: [String] = []
  private(set) var findings: [ValidationFinding] = []
  private(set) var incurable: [IncurableRemedy] = []
  private(set) var isValidated = false
  private(set) var isComplete = true

  init(files: Int) { self.files = files }

  var isRight: Bool { errors.isEmpty && !findings.contains { !$0.kind.isWarning } }

  mutating func read(_ sources: [PolicySource]) {
    do {
      let set = try PolicySet.parse(sources)
      incurable = IncurableRemedy.all(in: set)
      policies = set
    } catch {
      errors = error.errors.map(\.description)
      isComplete = error.isComplete
    }
  }

  mutating func validate(
    _ policies: PolicySet, _ origin: SchemaOrigin, _ command: PolicyCheckCommand
  ) {
    do {
      guard let schema = try origin.schema() else { return }
      let result = Validator(schema: schema).validate(
        policies, mode: command.isPermissive ? .permissive : .strict, level: command.level)
      findings = result.errors + result.warnings
      isComplete = result.isComplete
      isValidated = true
    } catch {
      errors = error.errors.map(\.description)
      isComplete = error.isComplete
    }
  }

  var json: String {
    let findings = findings.map { finding in
      JSONText.object([
        ("severity", JSONText.string(finding.kind.isWarning ? "warning" : "error")),
        ("kind", JSONText.string(finding.kind.rawValue)),
        ("policy", JSONText.string(finding.policy.name)),
        ("file", JSONText.string(finding.place.file)), ("line", "\(finding.place.line)"),
        ("column", "\(finding.place.column)"), ("message", JSONText.string(finding.message)),
        ("help", finding.help.map(JSONText.string) ?? "null"),
      ])
    }
    let remedies = incurable.map { remedy in
      JSONText.object([
        ("severity", JSONText.string("warning")), ("kind", JSONText.string("incurableRemedy")),
        ("policy", JSONText.string(remedy.policy.name)),
        ("file", JSONText.string(remedy.place.file)), ("line", "\(remedy.place.line)"),
        ("column", "\(remedy.place.column)"), ("message", JSONText.string(remedy.message)),
        ("help", "null"),
      ])
    }
    return JSONText.object([
      ("ok", "\(isRight)"), ("files", "\(files)"),
      ("policies", "\(policies?.policies.count ?? 0)"), ("validated", "\(isValidated)"),
      ("complete", "\(isComplete)"),
      ("errors", "[\(errors.map(JSONText.string).joined(separator: ","))]"),
      ("findings", "[\((findings + remedies).joined(separator: ","))]"),
    ])
  }
}

extension ConfigurationDirectories {
  /// Those of a file; nil when they cannot be told.
  fileprivate init?(of path: String) {
    do {
      self = try Configuration.load(path: path).configuration.directories
    } catch {
      guard let directories = error.directories else { return nil }
      self = directories
    }
  }
}
