import Configuration
import JSON
import TestSupport
import Testing

@testable import Catalog

@Suite("Public URIs and names")
struct PublicURITests {
  private static let nameCharacters = Array("abzAZ059-_")
  private static let uriCharacters = Array(
    "abzAZ059-_.~:/?#[]@!$&'()*+,;=%{}\u{e9}\u{301}\u{1F600} ")
  private static let beginnings = ["", "ui://", "file:///", "github+", "ui://github+", "+", "ui:/"]

  private static func name(_ random: inout SeededGenerator) -> String {
    while true {
      let length = Int.random(in: 1...32, using: &random)
      let name = String(
        (0..<length).map { _ in nameCharacters.randomElement(using: &random) ?? "a" })
      if !name.contains("__"), !name.hasSuffix("_") { return name }
    }
  }

  private static func uri(_ random: inout SeededGenerator) -> String {
    let length = Int.random(in: 0...20, using: &random)
    return (beginnings.randomElement(using: &random) ?? "")
      + String((0..<length).map { _ in uriCharacters.randomElement(using: &random) ?? "a" })
  }

  @Test func `any URI of any server is wrapped, and comes back byte for byte`() {
    var random = SeededGenerator(seed: 20_260_728)
    for _ in 0..<20_000 {
      let scheme = PublicURI.scheme(ofServer: Self.name(&random))
      let uri = Self.uri(&random)
      let wrapped = PublicURI.wrap(uri, scheme: scheme)
      guard let back = PublicURI.unwrap(wrapped) else {
        Issue.record("\(wrapped) is not unwrapped")
        continue
      }
      #expect(back.scheme == scheme)
      #expect(Array(back.uri.utf8) == Array(uri.utf8), "\(wrapped)")
      #expect(scheme.utf8.first.map { (0x61...0x7A).contains($0) } == true, "\(scheme)")
    }
  }

  @Test func `what is unwrapped wraps to the same, so a resource has one public URI`() {
    var random = SeededGenerator(seed: 7)
    var unwrapped = 0
    for _ in 0..<20_000 {
      let uri = Self.uri(&random)
      guard let (scheme, own) = PublicURI.unwrap(uri) else { continue }
      unwrapped += 1
      #expect(Array(PublicURI.wrap(own, scheme: scheme).utf8) == Array(uri.utf8))
    }
    #expect(unwrapped > 1_000)
  }

  @Test func `servers have the same scheme only when their names differ in case alone`() {
    var random = SeededGenerator(seed: 99)
    var names: [String: String] = [:]
    for _ in 0..<20_000 {
      let name = Self.name(&random)
      let scheme = PublicURI.scheme(ofServer: name)
      if let other = names.updateValue(name, forKey: scheme) {
        #expect(other.lowercased() == name.lowercased())
      }
    }
  }

  @Test(
    arguments: [
      ("github", "repo://a/b", "github+repo://a/b"), ("Git_Hub", "x:y", "git.hub+x:y"),
      ("9p", "file:///a", "s..9p+file:///a"), ("-x", "a", "s..-x+a"), ("_x", "a", "s...x+a"),
      ("github", "ui://panel/1", "ui://github+panel/1"),
      ("github", "note://{id}", "github+note://{id}"), ("g", "", "g+"),
    ])
  func `a public URI begins with its server`(server: String, own: String, uri: String) {
    #expect(PublicURI.wrap(own, scheme: PublicURI.scheme(ofServer: server)) == uri)
  }

  @Test(
    arguments: [
      "", "+x", "file:///a", "ui://panel", "ui://+x", "GitHub+repo://a", "git hub+a",
      "github+ui://panel", "git_hub+a",
    ])
  func `other texts are no public URIs`(uri: String) {
    #expect(PublicURI.unwrap(uri) == nil)
  }

  @Test func `a public name is read in one way`() {
    #expect(PublicName.parts(of: "a__b").map { [$0.server, $0.own] } == ["a", "b"])
    #expect(PublicName.parts(of: "a__b__c").map { [$0.server, $0.own] } == ["a", "b__c"])
    #expect(PublicName.parts(of: "a___c").map { [$0.server, $0.own] } == ["a", "_c"])
    #expect(PublicName.parts(of: "a_b__\u{301}é x").map { [$0.server, $0.own] } != nil)
    for name in ["", "_", "__", "a__", "__a", "a_b"] {
      #expect(PublicName.parts(of: name) == nil, "\(name)")
    }
  }
}
