extension SynonymTable {
  static let talk = """
    cc bcc > email recipient, sender author, dialog dialogue > chat conversation,
    chat conversation, talk > message chat, voicemail > message,
    huddle zoom meet teams > meeting call, attendee participant guest invitee,
    slot availability > free calendar, birthday anniversary > event,
    phonebook addressbook > contact, forum community > thread post, subreddit > reddit,
    moderator moderation > ban, timeline feed, feed rss, repost retweet > share,
    hashtag > tag trend, influencer creator > profile user, bio > profile,
    avatar > profile image, story reel > post, friend > user contact, thumbnail > image,
    transcript > text
    """

  static let business = """
    crm > contact deal company, pipeline > deal stage, churn > customer,
    helpdesk > ticket support, nps feedback > survey, questionnaire form survey,
    submission > answer response, payroll salary wage compensation,
    vacation pto absence > leave time, candidate resume, cv resume > candidate profile,
    vacancy > job, employer > company, career > job, department > team,
    ads advert advertisement > ad campaign, seo keyword backlink > search ranking,
    segment audience, sku variant > product, merchandise goods > product,
    fulfillment fulfil > order shipping, courier carrier > shipping,
    warehouse > inventory stock, supplier vendor, retail shop > store,
    earnings revenue profit income > financial, revenue sales, financial finance,
    10k 10q edgar > sec report, dividend payout, ceo > company person, shareholder investor,
    ipo > stock, etf > fund index, bond treasury, ohlc candlestick candle kline > price history,
    quote ticker > price, capitalization cap > market, bull bear sentiment,
    sentiment > analysis, bookkeeping > accounting ledger, payable > bill invoice,
    bank > account, wire remittance > transfer payment, loan mortgage, tax vat,
    wallet > address balance account, gas > fee transaction, fee cost, nft > token,
    abi > contract, chain > blockchain network, blockchain > chain network,
    defi tvl yield > protocol, apr interest > yield rate, liquidity pool pair dex,
    whale > transaction, solana ethereum polygon > blockchain chain,
    eth sol btc > token balance, usdc usdt stablecoin > token, contract agreement nda,
    agreement > document, law legal statute legislation, court lawsuit > case law,
    patent trademark, compliance regulation regulatory, bid ask > order book depth,
    coupon promo voucher discount, parcel > shipment tracking, receipt > invoice payment,
    chargeback > dispute refund
    """

  static let places = """
    transit bus subway metro, railway > train station transit, airport > flight, car vehicle,
    taxi uber ride, walk walking > direction route, commute travel > route distance time,
    vacation holiday > trip travel, itinerary trip plan, ticket seat,
    stay > accommodation hotel, room > hotel, rent rental > property, house home property,
    estate > property, landmark attraction sight > place, country nation,
    city town > place location, zip postal postcode > address,
    district neighborhood > area place, area region zone, border boundary > region,
    gps > location coordinate, satellite > image map, humidity wind storm hurricane > weather,
    umbrella cloudy > weather, celsius fahrenheit > temperature, sunrise sunset moon > time,
    aqi smog > air quality, quake > earthquake, climate > weather,
    flew flown > flight, waypoint stop, cafe shop store > place location,
    kilometer mile meter radius > near location, longitude latitude > location coordinate geo,
    coordinate > geo
    """

  static let media = """
    movie film tv series episode, tv series > show, actor cast > movie person,
    song lyrics > track music, band musician singer > artist, concert gig > event,
    radio > station, novel isbn > book, painting artwork > art, museum > art, gallery album,
    selfie > photo camera, camera webcam > capture image, gif > image, reel > video,
    soundtrack > music audio, beat melody chord > music, instrument midi > track, bpm tempo,
    volume loudness, pronounce pronunciation > speech audio, news press > article,
    magazine journal, blog > post article, scholar academic > paper article,
    scientific research, thesis > paper, abstract > paper, citation bibliography > reference,
    dictionary definition meaning define, encyclopedia > article wikipedia
    """

  static let people = """
    doctor physician clinic hospital patient > medical, medical health,
    drug medicine medication pill, disease illness > condition, symptom diagnosis,
    trial > clinical study, gene protein genome dna, variant mutation,
    molecule compound chemical, recipe cook dish meal, ingredient > recipe,
    calorie nutrition diet, workout exercise fitness > activity, ride jog > activity,
    athlete > activity user, sleep > activity health, school university college,
    course lesson class, student learner pupil, teacher instructor, quiz exam > question,
    flashcard card, vocabulary > word, translate > translation language, game match,
    player gamer, club > team, league season standings, fixture > match schedule, chess > game,
    puzzle > game, character hero, census population demographic > statistics,
    individual > person, employee worker, midfielder defender striker goalkeeper > player,
    fpl > fantasy player, running cycling swimming > activity athlete, publication paper
    """

  static let design = """
    mesh cube sphere > object primitive, primitive shape, shape rectangle circle,
    render > image, gameobject > object, prefab sprite > asset, shader texture material,
    wireframe mockup prototype > design, palette > color, svg icon, typeface > font,
    canvas artboard, theme style, slide > page, bullet > text list, heading header > title,
    footer header, pivot > table, cell > sheet, spreadsheet csv > data, watermark > pdf image,
    checkbox > form, captcha > browser, headless puppeteer playwright selenium > browser,
    dom > element page, selector > element, viewport screen window, screen > display,
    scroll > page, console > log, mouse cursor > click, keyboard keystroke > press key,
    clipboard paste, desktop > window screen, sitemap > map url, crawl > website,
    scrape > extract content page, homepage > page, hyperlink > link url, browser > page,
    article > content, domain > site, headline > title, smart > device home,
    plug outlet > device, doorbell > camera, lamp > device, robot drone > device,
    printer > print, battery > power, electricity > power energy, carbon co2 emission,
    planet asteroid astronomy > space
    """

  static let speech = """
    disk drive > file filesystem, pic pics > image photo, vid > video, moment > current,
    lately > recent, slowly > slow performance, cold hot > temperature weather,
    yellow red green blue > color format, wifi internet > amenity, substitute swap > replace,
    substitute replace > update edit, remind > reminder task todo,
    groceries grocery > shopping list, cheap cheapest expensive > price cost,
    fastest shortest > route, typo > spelling fix, unpaid > invoice payment,
    advisory ghsa > vulnerability security, codeql sast > code scanning,
    outdated obsolete stale > version dependency, roadmap > milestone plan,
    velocity > sprint report, triage > issue label assign, manifest > apply resource,
    upstream downstream > dependency, obsolete deprecate > version,
    purchased bought > order purchase, sold > sale order, owe owed > balance invoice,
    paid > payment, earn > income, written wrote > write author, said told > message,
    spoken spoke > speech, sent > send message, met > meeting, built > build, ran > run,
    broke > error failure, seen saw > view, drawn drew > draw, taken took > take,
    chosen chose > select, hidden > hide, bring > get, missing lost > restore,
    size big > length, tall > height, heavy weigh > weight, fast quick > speed,
    spare free > available, crowded > traffic, jam congestion > traffic, sick ill > medical,
    hungry eat eating > restaurant food, sleep stay overnight > hotel accommodation,
    fly flying > flight, swim surf > wave marine, hike bike > activity route, paint > color,
    hear > listen audio, look see > view search, look > search find,
    tell show explain > describe, happening happened > event, wrong > error,
    secure safe > security, hurry urgent asap > priority, spent > spend cost, shown > show,
    made > make create, won > win, grew grown > grow, drove driven > drive,
    began begun > begin start, held > hold balance, kept > keep, lent > loan, rise rose > gainer,
    risen > gainer, fell > loser, reading > measurement sensor
    """
}
