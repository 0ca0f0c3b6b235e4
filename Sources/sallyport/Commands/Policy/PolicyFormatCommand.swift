import Cedar
import Configuration
import Glibc

/// `sallyport policy format`
struct PolicyFormatCommand {
  let paths: [String]
  let isCheck: Bool
  let width: Int
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let paths = session.policyPaths(paths, common) else { return .configuration }
    do {
      let files = try FileSearch.files(paths, endings: [".cedar", ".cedarschema"])
      guard !files.isEmpty else {
        session.report("there are no policies in \(paths.joined(separator: ", "))")
        return .failure
      }
      var changed = 0
      var isRight = true
      for file in files {
        switch try format(TextFile(reading: file)) {
        case .same: break
        case .changed: changed += 1
        case .wrong: isRight = false
        }
      }
      guard isRight else { return .configuration }
      return isCheck && changed > 0 ? .failure : .success
    } catch {
      session.report("\(error.path): \(error.reason)")
      return .failure
    }
  }

  private enum Outcome { case same, changed, wrong }

  private func format(_ file: TextFile) throws(TextFile.Failure) -> Outcome {
    let formatted: String
    do {
      formatted =
        file.path.hasSuffix(".cedarschema")
        ? try SchemaFormatter.format(file.text, file: file.path, width: width)
        : try PolicyFormatter.format(file.text, file: file.path, width: width)
    } catch {
      Output.writeError("\(error)\n")
      return .wrong
    }
    let isSame = formatted.utf8.elementsEqual(file.text.utf8)
    if file.path == "-" {
      if !isCheck { Output.write(formatted) }
      return isSame ? .same : .changed
    }
    guard !isSame else { return .same }
    if !isCheck {
      do {
        _ = try NewFile.write(formatted, to: file.path, mode: mode(file.path), replacing: true)
      } catch {
        throw TextFile.Failure(path: error.path, reason: error.reason)
      }
    }
    Output.write("\(printable(file.path))\n")
    return .changed
  }

  /// The permissions that the file has.
  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0o644
  }
}

extension Session {
  /// The named paths, or else the configured directory; nil, with the errors shown, when there is
  /// no usable configuration.
  func policyPaths(_ paths: [String], _ common: Invocation.Common) -> [String]? {
    guard paths.isEmpty else { return paths }
    return directories(common).map { [$0.policies] }
  }
}
