import Configuration
import HTTP
import Ledger
import Logging
import Reactor

/// Asks witnesses to sign each new checkpoint. Confined to the home loop.
final class Witnesses: @unchecked Sendable {
  private static let askEvery: Duration = .seconds(1)
  private static let answerBytesMax = 64 << 10

  private struct Witness {
    var url: String
    var exchange: WitnessExchange
  }

  private let home: EventLoop
  private let client: HTTPClient
  private let ledger: Ledger
  private let log: Logger
  private var witnesses: [Witness]
  private var lastText = ""
  private var isStopped = false

  /// Nil when there are none.
  /// - Throws: when a key is none.
  init?(
    _ configured: [Configuration.Audit.Witness], home: EventLoop, client: HTTPClient,
    ledger: Ledger, log: Logger
  ) throws(Gateway.StartFailure) {
    var witnesses: [Witness] = []
    for witness in configured {
      guard let key = NoteKey(witness.key), key.kind == .cosignature else {
        throw Gateway.StartFailure(
          reason: "`audit.witnesses`: \(witness.key) is no verifier key of a witness "
            + "(name+ID+key, Ed25519 cosignature)", exitCode: .configuration)
      }
      let url = witness.url.hasSuffix("/") ? String(witness.url.dropLast()) : witness.url
      witnesses.append(Witness(url: url, exchange: WitnessExchange(key: key)))
    }
    guard !witnesses.isEmpty else { return nil }
    self.witnesses = witnesses
    self.home = home
    self.client = client
    self.ledger = ledger
    self.log = log
  }

  func start() {
    home.spawn { await self.run() }
  }

  func stop() { isStopped = true }

  private func run() async {
    while !isStopped {
      if let checkpoint = ledger.checkpoint, checkpoint.text != lastText {
        var areDone = true
        for index in witnesses.indices where await !ask(index, checkpoint) { areDone = false }
        if areDone { lastText = checkpoint.text }
      }
      do { try await home.sleep(for: Self.askEvery) } catch { return }
    }
  }

  /// Whether there is nothing more to ask of this witness about this checkpoint.
  private func ask(_ index: Int, _ checkpoint: SignedNote) async -> Bool {
    for _ in 0..<2 {
      let witness = witnesses[index]
      do {
        let proof = try await ledger.consistency(from: witness.exchange.seen)
        var request = HTTPClientRequest(
          method: "POST", url: try HTTPURL(witness.url + "/add-checkpoint"),
          body: witness.exchange.request(checkpoint, proof: proof))
        request.timeouts.total = .seconds(20)
        let response = try await client.send(request)
        let body = try await response.collect(limit: Self.answerBytesMax)
        switch witnesses[index].exchange.answered(
          status: response.status, body: body, for: checkpoint)
        {
        case .signed(let signatures):
          try await ledger.add(signatures, toCheckpoint: checkpoint.text)
          return true
        case .behind: continue
        case .refused(let reason): return tell(witness, reason)
        }
      } catch {
        return tell(witness, "\(error)")
      }
    }
    return tell(witness: index, "it changes its mind about what it has seen")
  }

  private func tell(witness index: Int, _ reason: String) -> Bool {
    tell(witnesses[index], reason)
  }

  private func tell(_ witness: Witness, _ reason: String) -> Bool {
    log.warning(
      "a witness did not sign the checkpoint",
      [("witness", witness.exchange.key.name), ("reason", reason)])
    return false
  }
}
