public import Audit
import Gate
import JSON
import Ledger

/// The question `could`: who could call a tool, now or at a time. It is asked like those of `Audit`
/// and needs policies besides, which `Audit` does not know.
public struct AccessQuestion: Sendable, Equatable {
  /// Its name among the questions.
  public static let name = "could"
  /// The names of what it can be asked with.
  public static let parameters = ["tool", "at", "args"]

  private let tool: String
  private let time: AuditTime?
  private let arguments: String?

  /// A question asked with texts by name.
  /// - Throws: for one that is missing or cannot be read.
  public init(_ values: [String: String]) throws(QuestionError) {
    let parameters = try QuestionParameters(values, known: Self.parameters)
    guard let tool = parameters.text("tool"), !tool.isEmpty else {
      throw QuestionError("`tool` is missing: the public name of a tool, `server__tool`")
    }
    self.tool = tool
    time = try parameters.time("at")
    arguments = parameters.text("args")
    _ = try Self.object(arguments)
  }

  /// Answers from an index that has caught up and the ledger below it. Blocks.
  /// - Parameter now: microseconds since 1970-01-01 UTC.
  public func answer(
    from index: AuditIndex, ledger: String, now: Int64
  ) throws(AccessQuestionError) -> AccessAnswer {
    let time = time?.microseconds(before: now)
    try Self.check(time, ledger)
    let inForce: InForce
    do { inForce = try index.inForce(at: time) } catch { throw .unanswered("\(error)") }
    let places = try Self.places(inForce)
    do {
      let snapshot = try RecordedSnapshot(places, from: ledger)
      let rows = try snapshot.access(to: tool, arguments: try Self.object(arguments)?.root)
      return AccessAnswer(
        tool: tool, time: inForce.time, versions: places, environment: snapshot.environment,
        rows: rows)
    } catch let error as AccessError {
      if case .unknownTool = error { throw .refused("\(error)") }
      throw .unanswered("\(error)")
    } catch {
      throw .refused("\(error)")
    }
  }

  private static func object(_ text: String?) throws(QuestionError) -> JSONDocument? {
    guard let text else { return nil }
    let document: JSONDocument
    do { document = try JSONDocument(parsing: Array(text.utf8)) } catch {
      throw QuestionError("`args` is not JSON: \(error)")
    }
    guard document.root.kind == .object else {
      throw QuestionError("`args` must be a JSON object, not \(document.root.kind)")
    }
    return document
  }

  /// The ledger says nothing of the time before it begins.
  private static func check(_ time: Int64?, _ ledger: String) throws(AccessQuestionError) {
    let first: Int64?
    do throws(LedgerError) {
      var reader = try LedgerReader(directory: ledger)
      first = try reader.next()?.document.root[member: "time"]?.int64
    } catch {
      throw .unanswered("the ledger: \(error)")
    }
    guard let first else { throw .refused("the ledger has no records yet") }
    guard let time, time < first else { return }
    throw .refused(
      "the ledger begins at \(AccessAnswer.text(of: first)), after \(AccessAnswer.text(of: time))")
  }

  private static func places(_ inForce: InForce) throws(AccessQuestionError) -> SnapshotPlaces {
    func place(
      _ version: InForce.Version?, _ what: String
    ) throws(AccessQuestionError) -> SnapshotPlaces.Place {
      guard let version else {
        throw .refused(
          "\(what) not on record at \(AccessAnswer.text(of: inForce.time)) or before")
      }
      return SnapshotPlaces.Place(
        version: version.digest, sequence: version.sequence.map { UInt64(clamping: $0) })
    }
    return SnapshotPlaces(
      policies: try place(inForce.policies, "policies are"),
      entities: try place(inForce.entities, "tools are"),
      agents: try place(inForce.agents, "agents are"),
      decision: inForce.decision.map { UInt64(clamping: $0) })
  }
}

/// Why it was not answered who could call a tool.
public enum AccessQuestionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Nothing is known of such a tool or such a time.
  case refused(String)
  /// The ledger or the index cannot be read.
  case unanswered(String)

  /// The reason, for a person.
  public var description: String {
    switch self {
    case .refused(let reason), .unanswered(let reason): reason
    }
  }
}
