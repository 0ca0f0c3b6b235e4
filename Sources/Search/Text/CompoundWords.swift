/// Pairs of words that are also written as one, so that `file_system`, `FileSystem` and
/// `filesystem` are the same.
enum CompoundWords {
  /// The words with such pairs joined.
  static func joined(_ words: [String]) -> [String] {
    guard words.count > 1 else { return words }
    var result: [String] = []
    result.reserveCapacity(words.count)
    var index = 0
    while index < words.count {
      let word = words[index]
      if index + 1 < words.count, let seconds = pairs[word], seconds.contains(words[index + 1]) {
        result.append(word + words[index + 1])
        index += 2
      } else {
        result.append(word)
        index += 1
      }
    }
    return result
  }

  private static let pairs: [String: Set<String>] = {
    var pairs: [String: Set<String>] = [:]
    for line in table {
      let words = line.split(separator: " ").map(String.init)
      guard let first = words.first else { continue }
      pairs[first, default: []].formUnion(words.dropFirst())
      // Plurals of the second word.
      pairs[first, default: []].formUnion(words.dropFirst().map { $0 + "s" })
    }
    return pairs
  }()

  // The first word, and the words that may follow it.
  private static let table = [
    "air table", "ar xiv", "auto complete", "back end ground link", "big query", "bit bucket",
    "block chain", "book mark", "chat bot", "check list box", "click house",
    "cloud flare watch trail",
    "code base", "coin gecko base", "data base frame set source store lake bricks dog", "dead line",
    "deep wiki", "down load", "drop box", "duck db", "dynamo db", "e mail commerce",
    "elastic search", "face book time", "feed back", "file system", "fire base crawl fox store",
    "flash card", "git hub lab", "graph ql", "hash tag", "heat map", "hub spot", "hugging face",
    "influx db", "java script", "jet brains", "key board frame word", "kube ctl", "lang chain",
    "life cycle", "linked in", "log in out", "mail box chimp gun", "mark down", "maria db",
    "meta data", "mile stone", "mongo db", "my sql", "name space", "news letter", "no sql",
    "note book pad", "off line", "on line board", "one drive note", "open ai api", "pager duty",
    "pass word port", "pay load pal", "pin point", "pine cone", "pipe line",
    "play back ground list wright", "plug in", "post code gres man", "postgre sql",
    "power point shell bi", "pub med", "quick books", "read me", "real time", "road map",
    "run book time", "sales force", "sand box", "screen shot", "share point", "side bar",
    "slide show", "snow flake", "sound track cloud", "spread sheet", "sq lite",
    "sub directory domain folder graph net page task title total reddit", "task bar",
    "time frame line out sheet stamp table zone", "tik tok", "tool box chain kit", "type script",
    "up load time", "vs code", "water mark", "web driver hook master page site socket cam",
    "whats app", "white board list space", "wiki data pedia", "word press",
    "work book flow item sheet space", "you tube", "zen desk", "zip code",
  ]
}
