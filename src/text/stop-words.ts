/**
 * Short lists of function words: articles, pronouns, prepositions, conjunctions, auxiliary verbs and
 * the commonest particles. Written for this project; an apostrophe separates words under the policy
 * `words`, so what it cuts off ("don", "t", "l", "qu") is listed where it is frequent.
 */
import { RoteError } from "../base/errors.ts";

const lists: Readonly<Record<string, string>> = {
  en: `a about after again all also am an and any are as at be because been before being between both but
    by can could d did do does doing don down during each either few for from further had has have having
    he her here hers herself him himself his how i if in into is it its itself just ll may me might mine
    more most must my myself neither no nor not now of off on once only or other our ours ourselves out
    over own re s same shall she should so some such t than that the their theirs them themselves then
    there these they this those through to too under until up us ve very was we were what when where which
    while who whom whose why will with within without would you your yours yourself yourselves`,
  de: `aber alle allem allen aller alles als also am an andere anderen anderer auch auf aus bei beim bin bis
    bist da damit dann das dass dein deine dem den denn der des dich die dies diese diesem diesen dieser
    dieses dir doch dort du durch ein eine einem einen einer eines er es etwas euch euer für gegen hab habe
    haben hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ins ist ja
    jede jedem jeden jeder jedes jene jetzt kann kein keine keinem keinen keiner können könnte man mein
    meine mich mir mit muss müssen nach nicht nichts noch nun nur ob oder ohne sehr sein seine seinem
    seinen seiner seit sich sie sind so soll sollen sondern sonst über um und uns unser unsere unter vom
    von vor war waren was weil welche wenn wer werde werden wie wieder will wir wird wo wurde wurden zu zum
    zur zwar zwischen`,
  fr: `à ai ainsi alors après as au aucun aucune aussi autre aux avait avant avec avez avoir avons c car ce
    ceci cela celle celles celui ces cet cette ceux chaque chez comme d dans de depuis des deux donc dont du
    elle elles en encore entre es est et étaient était été être eu eux fut il ils j je jusqu l la là le les
    leur leurs lors lorsque lui m ma mais me même mêmes mes moi moins mon n ne ni nos notre nous on ont or
    ou où par parce pas pendant peu peut plus pour pourquoi puis qu quand que quel quelle quelles quels qui
    quoi s sa sans se sera ses si soi soit son sont sous suis sur t ta te tes toi ton toujours tous tout
    toute toutes très tu un une vers vos votre vous y`,
  es: `a al algo alguna algunas alguno algunos ante antes aquel aquella así aún aunque bajo cada como con
    contra cual cuando de del desde donde dos durante e el él ella ellas ello ellos en entre era eran eres
    es esa esas ese eso esos esta está estaba estado están estar estas este esto estos fue fueron ha había
    habían haber han has hasta hay he la las le les lo los más me mi mí mientras mis mucho muy nada ni no
    nos nosotros nuestra nuestras nuestro nuestros o os otra otras otro otros para pero poco por porque pues
    que qué quien quién quienes se sea según ser si sí sido siempre sin sino sobre solo somos son soy su sus
    también tan tanto te tiene toda todas todo todos tu tú tus u un una unas uno unos usted ustedes vosotros
    y ya yo`,
  it: `a ad agli ai al alla alle allo altra altre altri altro anche ancora avere aveva avevano ben c che chi ci
    ciò col come con contro cosa così cui d da dagli dai dal dalla dalle dallo degli dei del dell della delle
    dello dentro di dopo dove due e è ed egli era erano essa esse essere essi esso fa fra già gli ha hai
    hanno ho i il in io l la le lei li lo loro lui ma me mentre mi mia mie miei mio molto ne né negli nei nel
    nell nella nelle nello no noi non nostra nostre nostri nostro o ogni or per perché però più poi prima
    proprio qual quale quali quando quanto quella quelle quelli quello questa queste questi questo qui quindi
    s sarà se sé sei sempre senza si sia siamo sono sopra sotto sta stata stati stato su sua sue sugli sui sul
    sulla sulle sullo suo suoi t ti tra tu tua tue tuo tuoi tutta tutte tutti tutto un una uno v vi voi
    vostra vostre vostri vostro`,
  cs: `a aby ač ale ani ano asi až bez bude budou by byl byla byli bylo byly být co což či čím další dnes do
    ho i já jak jako jakou je jeho jej její jejich jemu jen ještě jež ji jí jim jím jimi jinak již jsem jsi
    jsme jsou jste k kam každý kde kdo kdy kdyby když ke která kterou které kteří který ku ma má mají mě mezi
    mi mít mne mně mnou moc moje můj může my na nad nám námi nás náš ne nebo nebyl něco nej není než ni nic
    nich ním nimi no o od on ona oni ono ony pak po pod podle pokud pouze pro proč proti proto protože při s
    sama se si své svůj svou svých ta tak také tam tato tě tedy ten tento teď ti to tobě toho tom tomu tu ty
    tím tvůj u už v vám vámi vás váš ve více však všechno všechny všech vy z za zde ze že`,
  hu: `a ahogy aki akik akkor ahol alatt által általában ám amely amelyek amelyet ami amikor amit amíg annak
    arra arról át az azért azok azon azonban azt azután azzal bár be belül benne bizony csak de e ebben egy
    egyik egyes egyéb el ele elég elő először előtt én ennek épp erre és ez ezek ezen ezért ezt ezzel fel
    felé ha hanem hát hiszen hogy hogyan ide igen ill így illetve ilyen is ismét itt kell ki kívül
    között közül le legyen lehet lenne lesz lett ma maga majd már más másik meg még mellett mely melyek mert
    mi miatt míg mikor milyen mind minden mint mintha mit mivel most nagyon nak ne nek nekem neki nem nincs
    o ő ők őket olyan oly ön össze ott pedig rá s se sem semmi sok szemben szerint szinte
    talán te tehát több tovább úgy ugyanis után utána vagy vagyok valaki valami való van vannak vele
    viszont volna volt voltam voltak voltunk vissza`,
};

/** Languages that have a list, as ISO 639-1 codes. */
export const stopWordLanguages: readonly string[] = Object.keys(lists);

/** Function words of a language (ISO 639-1), as the policy `words` writes them. */
export function stopWords(language: string): ReadonlySet<string> {
  const list = Object.hasOwn(lists, language) ? lists[language] : undefined;
  if (list !== undefined) return new Set(list.split(/\s+/));
  throw new RoteError(
    "usage",
    `there are no stop words for "${language}"; the languages are ${stopWordLanguages.join(", ")}`,
    { language, languages: stopWordLanguages },
  );
}
