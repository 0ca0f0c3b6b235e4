import Admin
import Catalog
import Configuration
import HTTP
import JSON
import Logging
import MCP
import Reactor

/// `sallyport upstream test NAME`: the gateway tries a registered server.
struct UpstreamTestCommand {
  let name: String
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    guard let path = UpstreamPath.of(name) else { return session.reportUnknownServer(name) }
    var client = AdminClient(directories)
    client.timeout = .seconds(300)
    do {
      let answer = try client.request("POST", "\(path)/test").root
      return TrialText(session: session).show(answer, asJSON: common.json)
    } catch {
      return session.report(error)
    }
  }
}

/// `sallyport upstream test --url URL` and `sallyport upstream test -- COMMAND`: tries a server
/// from here.
struct UpstreamTrialCommand {
  let server: ServerSpecification
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    let upstream: Configuration.Upstream
    do {
      let definition = try server.definition(in: WorkingDirectory.current)
      upstream = try Configuration.read(
        StoredUpstream(name: server.name, definition: definition.json),
        .ofProcess(path: "sallyport.yaml")
      ).upstream
    } catch let error as UsageError {
      session.report(error.message)
      return .usage
    } catch let problem as StoredUpstreamProblem {
      session.report(problem.reason)
      return .usage
    } catch {
      session.report("\(error)")
      return .failure
    }
    do {
      let loop = try EventLoop(name: "test")
      let found = Found()
      let environment = session.environment
      loop.spawn {
        let client = HTTPClient(loop: loop, configuration: HTTPClientConfiguration())
        let trial = await UpstreamTrial.run(
          upstream, limits: Configuration.Limits(), clients: HTTPClients([(loop, client)]),
          environment: environment,
          log: Logger(component: "test", minimum: .error, format: .text(colour: false)), on: loop)
        found.json = trial.json
        loop.stop()
      }
      loop.run()
      let answer = try JSONDocument(parsing: found.json).root
      return TrialText(session: session).show(answer, asJSON: common.json)
    } catch {
      session.report("\(error)")
      return .failure
    }
  }

  /// Written on the loop before it stops, read after it has stopped.
  private final class Found: @unchecked Sendable {
    var json: [UInt8] = []
  }
}

/// How it went to connect to a server, for people.
struct TrialText {
  let session: Session

  /// Shows an answer of the test; the exit code to end with.
  func show(_ answer: JSONNode, asJSON: Bool) -> ExitCode {
    let isDone = answer[member: "ok"]?.bool == true
    if asJSON {
      Output.write(answer.description + "\n")
      return isDone ? .success : .failure
    }
    func list(_ member: String) -> [JSONNode] {
      answer[member: member].map { Array($0.elements) } ?? []
    }
    for step in list("steps") {
      let isGood = step[member: "ok"]?.bool == true
      let name = step[member: "step"]?.string ?? ""
      let padding = String(repeating: " ", count: max(1, 12 - name.count))
      let time = step[member: "ms"]?.double.map { "  (\(Self.milliseconds($0)))" } ?? ""
      Output.write(
        session.output.styled(isGood ? "✓" : "✗", isGood ? .green : .red) + " "
          + printable(name) + padding + printable(step[member: "text"]?.string ?? "")
          + session.output.styled(time, .dim) + "\n")
    }
    for problem in list("problems") {
      Output.write(
        "\(session.output.styled("not offered", .yellow)): "
          + printable(
            "\(problem[member: "name"]?.string ?? ""): "
              + "\(problem[member: "reason"]?.string ?? "")") + "\n")
    }
    guard !isDone else { return .success }
    for line in list("stderr").suffix(20) {
      Output.write("  | " + printable(line.string ?? "") + "\n")
    }
    return .failure
  }

  private static func milliseconds(_ value: Double) -> String {
    value < 10 ? "\((value * 10).rounded() / 10) ms" : "\(Int(value.rounded())) ms"
  }
}
