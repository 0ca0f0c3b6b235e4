import Audit
import HTTP
import Ledger
import Reactor

extension AdminService {
  /// What the paths of questions begin with; the name of the question follows.
  static let questionPath = "/v1/audit/"
  /// Questions that may wait for the one that is being answered.
  static let questionsMax = 16

  /// Answers a question about the ledger, away from the loop.
  func ask(_ exchange: HTTPExchange) async {
    let question: Question
    do {
      let values = try QueryParameters.parse(exchange.query ?? "")
      let name = String(exchange.path.dropFirst(Self.questionPath.count))
      guard let known = try Question(name, values) else {
        return answer(
          exchange, 404,
          error: "there is no such question; there are "
            + (AuditQuestion.names + [AccessQuestion.name]).joined(separator: ", "))
      }
      question = known
    } catch let error as QuestionError {
      return answer(exchange, 400, error: error.message)
    } catch {
      return answer(exchange, 400, error: "the query of the URL cannot be read")
    }
    do {
      let thread = try questionThread()
      let files = auditFiles
      let found = try await thread.runIfRoom { () throws(QuestionFailure) in
        try question.answer(from: files)
      }
      guard let found else {
        return answer(exchange, 503, error: "too many questions wait; try again")
      }
      answer(exchange, 200, found)
    } catch let failure as QuestionFailure {
      answer(exchange, failure.status, error: failure.reason)
    } catch {
      answer(exchange, 500, error: "\(error)")
    }
  }
}

/// Why a question was not answered, and the HTTP status that says so.
private struct QuestionFailure: Error {
  var status: Int
  var reason: String

  init(_ error: AuditError) {
    if case .ambiguous = error { status = 400 } else { status = 500 }
    reason = "\(error)"
  }

  init(_ error: AccessQuestionError) {
    if case .refused = error { status = 404 } else { status = 500 }
    reason = "\(error)"
  }
}

/// One of the questions, whoever answers it.
private enum Question: Sendable {
  case audit(AuditQuestion)
  case access(AccessQuestion)

  init?(_ name: String, _ values: [String: String]) throws(QuestionError) {
    if name == AccessQuestion.name {
      self = .access(try AccessQuestion(values))
    } else {
      guard let question = try AuditQuestion(name, values) else { return nil }
      self = .audit(question)
    }
  }

  /// Blocks.
  func answer(from files: AuditFiles) throws(QuestionFailure) -> [UInt8] {
    let now = LedgerRecord.now()
    do {
      switch self {
      case .audit(let question): return try files.answer(question, now: now)
      case .access(let question):
        let (index, found) = try files.caughtUp()
        if let stopped = found.stopped { throw AuditError.ledger(stopped) }
        return try question.answer(from: index, ledger: files.ledger, now: now).json
      }
    } catch let error as AuditError {
      throw QuestionFailure(error)
    } catch let error as AccessQuestionError {
      throw QuestionFailure(error)
    } catch {
      throw QuestionFailure(AccessQuestionError.unanswered("\(error)"))
    }
  }
}

/// The query of a URL.
enum QueryParameters {
  struct Malformed: Error {}

  static let bytesMax = 8192

  /// `name=value` joined by `&`, percent-encoded (WHATWG URL, application/x-www-form-urlencoded).
  /// - Throws: for what is not encoded so, for a name that stands twice, and beyond `bytesMax`.
  static func parse(_ query: String) throws(Malformed) -> [String: String] {
    guard query.utf8.count <= bytesMax else { throw Malformed() }
    var values: [String: String] = [:]
    for pair in query.utf8.split(separator: UInt8(ascii: "&")) {
      let parts = pair.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let name = decode(parts[0]), let value = decode(parts[1]),
        values.updateValue(value, forKey: name) == nil
      else { throw Malformed() }
    }
    return values
  }

  private static func decode(_ text: Substring.UTF8View) -> String? {
    var bytes: [UInt8] = []
    var rest = text[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst(), let low = rest.popFirst(),
          let value = UInt8(
            String(decoding: [high, low], as: UTF8.self).filter(\.isHexDigit), radix: 16),
          Character(UnicodeScalar(high)).isHexDigit, Character(UnicodeScalar(low)).isHexDigit
        else { return nil }
        bytes.append(value)
      default: bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
