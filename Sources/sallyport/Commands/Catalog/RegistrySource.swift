import Glibc
import HTTP
import Import
import JSON
import Reactor

/// Where servers of a registry are read: a file, a directory of files, or a registry over https.
struct RegistrySource: Sendable, Equatable {
  /// Pages of a registry's answer.
  private static let pagesMax = 50
  private static let timeout: Duration = .seconds(30)

  var place: String
  /// A PEM file of authorities to trust instead of the system's.
  var certificateAuthorities: String?

  /// The servers, of a registry those that a search for the words finds there. Blocks.
  func servers(for words: String) throws(ImportError) -> RegistryAnswer {
    if place.contains("://") { return try fetch(words) }
    var status = stat()
    guard stat(place, &status) == 0 else {
      throw ImportError(file: place, reason: String(cString: strerror(errno)))
    }
    do {
      let paths =
        status.st_mode & S_IFMT == S_IFDIR
        ? try FileSearch.files([place], endings: [".json"]) : [place]
      var servers: [RegistryServer] = []
      for path in paths {
        let text = try TextFile(reading: path).text
        servers += try RegistryFile(Array(text.utf8), source: path).servers
        guard servers.count <= RegistryFile.serversMax else {
          throw ImportError(
            file: place, reason: "it has more than \(RegistryFile.serversMax) servers")
        }
      }
      return RegistryAnswer(servers: servers)
    } catch let error as ImportError {
      throw error
    } catch let error as TextFile.Failure {
      throw ImportError(file: error.path, reason: error.reason)
    } catch {
      throw ImportError(file: place, reason: "\(error)")
    }
  }

  // MARK: - Over https

  /// The address of a registry's list, or of a file.
  static func address(_ place: String, words: String, cursor: String?) -> String {
    let scheme = place.firstRange(of: "://")?.upperBound ?? place.startIndex
    let path = place[scheme...].firstIndex(of: "/").map { place[$0...] } ?? ""
    var base = place
    if path.isEmpty || path == "/" {
      base = (path.isEmpty ? place + "/" : place) + "v0.1/servers"
    } else if !path.hasSuffix("/servers") {
      return place
    }
    base += "?limit=100&version=latest"
    if !words.isEmpty { base += "&search=" + escaped(words) }
    if let cursor { base += "&cursor=" + escaped(cursor) }
    return base
  }

  private static func escaped(_ text: String) -> String {
    text.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"):
        String(UnicodeScalar(byte))
      default:
        "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }.joined()
  }

  /// In clear only from this machine.
  private static func isAllowed(_ url: HTTPURL) -> Bool {
    url.scheme == .https || ["127.0.0.1", "localhost", "::1"].contains(url.host)
  }

  private func fetch(_ words: String) throws(ImportError) -> RegistryAnswer {
    var answer = RegistryAnswer(pages: 0)
    var cursor: String?
    while answer.pages < Self.pagesMax {
      let address = Self.address(place, words: words, cursor: cursor)
      let file = try RegistryFile(try get(address), source: address)
      answer.servers += file.servers
      answer.pages += 1
      guard let next = file.nextCursor, !next.isEmpty, address != place else { return answer }
      guard next != cursor, answer.servers.count < RegistryFile.serversMax else { break }
      cursor = next
    }
    answer.isCut = true
    return answer
  }

  private func get(_ address: String) throws(ImportError) -> [UInt8] {
    let answer = Answer()
    do {
      let url = try HTTPURL(address)
      guard Self.isAllowed(url) else {
        throw ImportError(file: address, reason: "a registry is asked over https only")
      }
      if let file = certificateAuthorities, access(file, R_OK) != 0 {
        throw ImportError(file: file, reason: "it cannot be read; a PEM file is expected")
      }
      let loop = try EventLoop(name: "registry")
      loop.spawn {
        answer.result = await exchange(url, on: loop)
        loop.stop()
      }
      loop.run()
    } catch let error as ImportError {
      throw error
    } catch {
      throw ImportError(file: address, reason: "\(error)")
    }
    switch answer.result {
    case .success(let body): return body
    case .failure(let failure): throw ImportError(file: address, reason: failure.reason)
    case nil: throw ImportError(file: address, reason: "the request did not finish")
    }
  }

  private struct Failure: Error { let reason: String }

  /// Written on the loop before it stops, read after it has stopped.
  private final class Answer: @unchecked Sendable {
    var result: Result<[UInt8], Failure>?
  }

  private func exchange(
    _ url: HTTPURL, on loop: EventLoop
  ) async -> Result<[UInt8], Failure> {
    do {
      let client = HTTPClient(loop: loop, configuration: HTTPClientConfiguration())
      var request = HTTPClientRequest(
        method: "GET", url: url,
        headers: HTTPHeaders([HTTPField(name: "Accept", value: "application/json")]))
      request.timeouts.total = Self.timeout
      request.certificateAuthorities = certificateAuthorities
      let response = try await client.send(request)
      if (300..<400).contains(response.status) {
        return .failure(
          Failure(reason: "it answers with a redirect, which is not followed; name the address"))
      }
      guard response.status == 200 else {
        return .failure(Failure(reason: "it answers with HTTP \(response.status)"))
      }
      return .success(try await response.collect(limit: RegistryFile.bytesMax))
    } catch {
      return .failure(Failure(reason: "\(error)"))
    }
  }
}
