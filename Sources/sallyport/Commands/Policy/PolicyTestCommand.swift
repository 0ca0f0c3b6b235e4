import Cedar
import JSON

/// `sallyport policy test`
struct PolicyTestCommand {
  let paths: [String]
  let root: String?
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    var tally = Tally()
    do {
      for path in paths { try run(path, &tally) }
    } catch {
      session.report("\(error.path): \(error.reason)")
      return .failure
    }
    guard tally.files > 0 else {
      session.report(
        "there are no tests in \(paths.joined(separator: ", "))",
        hint: "a test is a *.json file with the members `policies`, `entities` and `requests`")
      return .failure
    }
    if common.json {
      Output.write(
        JSONText.object([
          ("ok", "\(tally.failed == 0)"), ("files", "\(tally.files)"),
          ("passed", "\(tally.passed)"), ("failed", "\(tally.failed)"),
        ]) + "\n")
    } else {
      Output.write("\(tally.passed) passed, \(tally.failed) failed\n")
    }
    return tally.failed == 0 ? .success : .failure
  }

  /// Requests and expected validations.
  private struct Tally {
    var files = 0
    var passed = 0
    var failed = 0
  }

  private func run(_ path: String, _ tally: inout Tally) throws(TextFile.Failure) {
    let files = try FileSearch.files([path], endings: [".json"])
    for file in files where files == [path] || isTest(file) {
      tally.files += 1
      do {
        let runner = PolicyTestRunner(
          root: root ?? suiteRoot(of: file), validate: Self.isValid,
          read: { name in
            Array(try TextFile(reading: name).text.utf8)
          })
        count(try runner.run(file), of: file, &tally)
      } catch {
        tally.failed += 1
        Output.writeError("\(printable(error.description))\n")
      }
    }
  }

  private static func isValid(_ policies: PolicySet, _ schema: Schema) -> Bool {
    Validator(schema: schema).validate(policies).isValid
  }

  /// Directories of tests hold other JSON as well: entities, schemas.
  private func isTest(_ file: String) -> Bool {
    guard let text = try? TextFile(reading: file).text,
      let root = try? JSONDocument(parsing: Array(text.utf8)).root
    else { return false }
    return root.kind == .object && root[member: "requests"] != nil
      && root[member: "policies"] != nil
  }

  /// The nearest directory above a test from which its policies can be read. The paths in Cedar's
  /// own tests start at the root of the suite, not beside the test.
  private func suiteRoot(of file: String) -> String {
    guard let text = try? TextFile(reading: file).text,
      let test = try? PolicyTest(json: Array(text.utf8))
    else { return "" }
    var directory = file[...]
    while let slash = directory.lastIndex(of: "/") {
      directory = directory[..<slash]
      let root = directory.isEmpty ? "/" : String(directory)
      if (try? TextFile(reading: "\(root)/\(test.policies)")) != nil { return root }
    }
    return ""
  }

  private func count(_ outcome: PolicyTestOutcome, of file: String, _ tally: inout Tally) {
    switch outcome.validation {
    case .passed: tally.passed += 1
    case .failed(let expected):
      tally.failed += 1
      fail(file, "the policies were expected \(expected ? "" : "not ")to be valid")
    case .notChecked: break
    }
    for request in outcome.requests {
      if request.passed { tally.passed += 1 } else { tally.failed += 1 }
      for difference in request.differences { fail(file, "\(request.description): \(difference)") }
    }
  }

  private func fail(_ file: String, _ text: String) {
    let mark = session.errors.styled("failed", .red)
    Output.writeError("\(mark) \(printable(file)): \(printable(text))\n")
  }
}
