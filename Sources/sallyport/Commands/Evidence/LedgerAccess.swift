import Configuration
import JSON
import Ledger
import Reactor

/// Acts on a ledger: through the gateway that writes it, or, where none runs, on its files.
struct LedgerAccess {
  let directories: ConfigurationDirectories
  let common: Invocation.Common
  let session: Session

  /// - Parameter body: for the gateway.
  /// - Parameter work: where none runs; it gives what the gateway would answer.
  func perform(
    _ path: String, body: [UInt8] = [],
    offline work: @escaping @Sendable (Ledger, LedgerActor) async throws(LedgerError) -> [UInt8]
  ) throws -> JSONNode {
    var client = AdminClient(directories)
    client.timeout = .seconds(3600)
    do {
      return try client.request("POST", path, body: body).root
    } catch AdminClient.Failure.noGateway {
      return try JSONDocument(parsing: try alone(work)).root
    }
  }

  /// Opens the ledger as its only writer. Blocks.
  private func alone(
    _ work: @escaping @Sendable (Ledger, LedgerActor) async throws(LedgerError) -> [UInt8]
  ) throws -> [UInt8] {
    let directory = DataDirectory(directories.data)
    guard let configuration = session.configuration(common) else {
      throw ArgumentProblem(description: "the configuration cannot be used")
    }
    let (ledger, _) = try Ledger.open(
      directory: directory.ledger,
      configuration: LedgerConfiguration(configuration.audit, in: directory))
    defer { ledger.close() }
    let loop = try EventLoop(name: "audit")
    let answer = Answer()
    let actor = LedgerActor(user: LocalUser.name, via: .command)
    loop.spawn {
      do throws(LedgerError) {
        answer.result = .success(try await work(ledger, actor))
      } catch {
        answer.result = .failure(error)
      }
      loop.stop()
    }
    loop.run()
    guard let result = answer.result else { return Array("{}".utf8) }
    return try result.get()
  }

  /// Written on the loop before it stops, read after it has stopped.
  private final class Answer: @unchecked Sendable {
    var result: Result<[UInt8], LedgerError>?
  }
}

extension Session {
  /// Says why the ledger did not do what it was asked for; the exit code to end with.
  func report(ledger error: any Error) -> ExitCode {
    switch error {
    case let failure as AdminClient.Failure: return report(failure)
    default: report("\(error)")
    }
    return .failure
  }
}
