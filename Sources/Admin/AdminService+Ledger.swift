import HTTP
import JSON
import Ledger

/// What an operator does with the ledger of a running gateway. The same verbs as
/// `sallyport audit checkpoint`, `key rotate`, `erase` and `retain`.
extension AdminService {
  func ledger(_ exchange: HTTPExchange) async {
    let root: JSONNode
    do {
      let body = try await exchange.readBody(limit: Self.bodyBytesMax)
      root = try JSONDocument(parsing: body.isEmpty ? Array("{}".utf8) : body).root
    } catch {
      return answer(exchange, 400, error: "the body is not JSON: \(error)")
    }
    do {
      switch exchange.path {
      case "/v1/ledger/checkpoint":
        let note = try await ledger.signCheckpoint()
        answer(exchange, "checkpoint", String(decoding: note.bytes, as: UTF8.self))
      case "/v1/ledger/rotate-key":
        let key = try await ledger.rotateKey(file: facts.logKeyFile, actor: actor)
        answer(exchange, "key", key.description)
      case "/v1/ledger/erase": try await erase(exchange, root)
      case "/v1/ledger/retain": try await retain(exchange, root)
      case "/v1/ledger/exported": try await exported(exchange, root)
      default: answer(exchange, 404, error: "no such endpoint: \(exchange.path)")
      }
    } catch {
      answer(exchange, 409, error: "\(error)")
    }
  }

  private var actor: LedgerActor { LedgerActor(user: facts.userName, via: .admin) }

  private func erase(_ exchange: HTTPExchange, _ root: JSONNode) async throws(LedgerError) {
    let numbers = root[member: "records"]?.elements.map { $0.int64 } ?? []
    let records = numbers.compactMap { $0 }.filter { $0 >= 0 }.map { UInt64($0) }
    guard !records.isEmpty, records.count == numbers.count else {
      return answer(exchange, 400, error: "`records` must be a list of sequences")
    }
    guard let reason = root[member: "reason"]?.string, !reason.isEmpty else {
      return answer(exchange, 400, error: "`reason` is missing")
    }
    let bytes = try await ledger.erase(records, actor: actor, reason: reason)
    answer(exchange, 200, Array(#"{"bytes":\#(bytes)}"#.utf8))
  }

  private func retain(_ exchange: HTTPExchange, _ root: JSONNode) async throws(LedgerError) {
    guard
      let subject = root[member: "of"]?.string.flatMap(RetentionRecord.Subject.init(rawValue:)),
      let words = root[member: "rule"]?.string
    else { return answer(exchange, 400, error: "`of` and `rule` are needed") }
    let report = try await ledger.retain(
      RetentionRule(
        of: subject, before: root[member: "before"]?.int64,
        bytesMax: root[member: "maxBytes"]?.int64.map { Int($0) },
        exportedUpTo: root[member: "exportedUpTo"]?.int64.map { UInt64(max(0, $0)) } ?? 0,
        words: words), actor: actor)
    answer(exchange, 200, report.json)
  }

  private func exported(_ exchange: HTTPExchange, _ root: JSONNode) async throws(LedgerError) {
    guard let format = root[member: "format"]?.string,
      let destination = root[member: "destination"]?.string
    else { return answer(exchange, 400, error: "`format` and `destination` are needed") }
    var range: ClosedRange<UInt64>?
    if let first = root[member: "first"]?.int64, let last = root[member: "last"]?.int64,
      first >= 0, first <= last
    {
      range = UInt64(first)...UInt64(last)
    }
    try await ledger.durable(
      try ledger.append(
        LedgerRecord(
          .export(
            ExportRecord(format: format, destination: destination, range: range, actor: actor)))))
    answer(exchange, 200, Array("{}".utf8))
  }

  private func answer(_ exchange: HTTPExchange, _ name: String, _ text: String) {
    var writer = JSONWriter(reservingCapacity: 512)
    writer.beginObject()
    writer.name(name)
    writer.string(text)
    writer.endObject()
    answer(exchange, 200, writer.bytes)
  }
}
