import Glibc
import Testing

@testable import Search

@Suite("English stemmer")
struct StemmerTests {
  @Test func `words of tools and of every rule of the algorithm have the stems of the reference`()
    throws
  {
    let text = String(decoding: try DataFile.own("stems.txt"), as: UTF8.self)
    let lines = text.split(separator: "\n")
    #expect(lines.count > 1500)
    for line in lines {
      let words = line.split(separator: " ").map(String.init)
      #expect(EnglishStemmer.stem(words[0]) == words[1], "\(words[0])")
    }
  }

  @Test func `the whole published vocabulary has its published stems`() throws {
    guard let directory = getenv("SNOWBALL_ENGLISH").map({ String(cString: $0) }),
      let words = DataFile.read(directory + "/voc.txt"),
      let stems = DataFile.read(directory + "/output.txt")
    else {
      print("skipped: SNOWBALL_ENGLISH names no directory with voc.txt and output.txt")
      return
    }
    let pairs = zip(
      String(decoding: words, as: UTF8.self).split(separator: "\n"),
      String(decoding: stems, as: UTF8.self).split(
        separator: "\n", omittingEmptySubsequences: false))
    var checked = 0
    // Shorter words, and those that begin with an apostrophe, never reach the stemmer.
    for (word, stem) in pairs where word.utf8.count > 2 {
      checked += 1
      #expect(EnglishStemmer.stem(String(word)) == stem, "\(word)")
    }
    print("\(checked) words of the published vocabulary")
  }

  @Test(arguments: ["é", "naïve", "k8s", "go", "日本", "Upper", ""])
  func `what is no lower-case English word stays`(word: String) {
    #expect(EnglishStemmer.stem(word) == word)
  }
}
