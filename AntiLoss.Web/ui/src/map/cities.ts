// Some cities, so that the world map says where one is. Our own list: English and Chinese name, place, rank
// (1 from zoom 2.5, 2 from zoom 4, 3 from zoom 5). Latitude and longitude to two decimals.

export interface City {
  readonly en: string;
  readonly zh: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly rank: number;
}

const lines = `
London|伦敦|51.51|-0.13|1
Paris|巴黎|48.86|2.35|1
Berlin|柏林|52.52|13.40|2
Madrid|马德里|40.42|-3.70|2
Rome|罗马|41.90|12.50|2
Vienna|维也纳|48.21|16.37|3
Zurich|苏黎世|47.37|8.54|3
Amsterdam|阿姆斯特丹|52.37|4.90|3
Brussels|布鲁塞尔|50.85|4.35|3
Copenhagen|哥本哈根|55.68|12.57|3
Stockholm|斯德哥尔摩|59.33|18.07|2
Oslo|奥斯陆|59.91|10.75|2
Helsinki|赫尔辛基|60.17|24.94|2
Warsaw|华沙|52.23|21.01|2
Prague|布拉格|50.08|14.44|3
Budapest|布达佩斯|47.50|19.04|3
Bucharest|布加勒斯特|44.43|26.10|3
Sofia|索非亚|42.70|23.32|3
Athens|雅典|37.98|23.73|2
Istanbul|伊斯坦布尔|41.01|28.98|1
Ankara|安卡拉|39.93|32.86|3
Kyiv|基辅|50.45|30.52|2
Moscow|莫斯科|55.76|37.62|1
Saint Petersburg|圣彼得堡|59.93|30.34|3
Kazan|喀山|55.79|49.12|3
Yekaterinburg|叶卡捷琳堡|56.84|60.61|3
Novosibirsk|新西伯利亚|55.03|82.92|2
Vladivostok|符拉迪沃斯托克|43.12|131.89|3
Lisbon|里斯本|38.72|-9.14|2
Barcelona|巴塞罗那|41.39|2.17|3
Milan|米兰|45.46|9.19|3
Munich|慕尼黑|48.14|11.58|3
Hamburg|汉堡|53.55|9.99|3
Dublin|都柏林|53.35|-6.26|3
Manchester|曼彻斯特|53.48|-2.24|3
Reykjavik|雷克雅未克|64.15|-21.94|3
Cairo|开罗|30.04|31.24|1
Alexandria|亚历山大|31.20|29.92|3
Tunis|突尼斯|36.81|10.18|3
Algiers|阿尔及尔|36.75|3.06|2
Casablanca|卡萨布兰卡|33.57|-7.59|3
Dakar|达喀尔|14.69|-17.45|2
Accra|阿克拉|5.60|-0.19|3
Lagos|拉各斯|6.52|3.38|1
Kano|卡诺|12.00|8.52|3
Kinshasa|金沙萨|-4.44|15.27|2
Luanda|罗安达|-8.84|13.23|2
Khartoum|喀土穆|15.50|32.56|3
Addis Ababa|亚的斯亚贝巴|9.03|38.74|2
Nairobi|内罗毕|-1.29|36.82|1
Kampala|坎帕拉|0.35|32.58|3
Dar es Salaam|达累斯萨拉姆|-6.79|39.21|3
Lusaka|卢萨卡|-15.39|28.32|3
Harare|哈拉雷|-17.83|31.05|3
Johannesburg|约翰内斯堡|-26.20|28.05|1
Cape Town|开普敦|-33.92|18.42|2
Antananarivo|塔那那利佛|-18.88|47.51|3
Riyadh|利雅得|24.71|46.68|2
Dubai|迪拜|25.20|55.27|2
Baghdad|巴格达|33.31|44.37|3
Tehran|德黑兰|35.69|51.39|2
Tel Aviv|特拉维夫|32.09|34.78|3
Baku|巴库|40.41|49.87|3
Tashkent|塔什干|41.30|69.24|2
Almaty|阿拉木图|43.24|76.89|3
Kabul|喀布尔|34.56|69.21|3
Karachi|卡拉奇|24.86|67.01|2
Lahore|拉合尔|31.52|74.36|3
Delhi|德里|28.61|77.21|1
Mumbai|孟买|19.08|72.88|1
Kolkata|加尔各答|22.57|88.36|2
Bengaluru|班加罗尔|12.97|77.59|3
Chennai|金奈|13.08|80.27|3
Dhaka|达卡|23.81|90.41|2
Colombo|科伦坡|6.93|79.86|3
Kathmandu|加德满都|27.72|85.32|3
Yangon|仰光|16.87|96.20|3
Bangkok|曼谷|13.76|100.50|1
Hanoi|河内|21.03|105.85|3
Ho Chi Minh City|胡志明市|10.82|106.63|2
Kuala Lumpur|吉隆坡|3.14|101.69|3
Singapore|新加坡|1.35|103.82|1
Jakarta|雅加达|-6.21|106.85|1
Surabaya|泗水|-7.26|112.75|3
Manila|马尼拉|14.60|120.98|2
Hong Kong|香港|22.32|114.17|2
Taipei|台北|25.03|121.57|3
Beijing|北京|39.90|116.41|1
Shanghai|上海|31.23|121.47|1
Guangzhou|广州|23.13|113.26|3
Shenzhen|深圳|22.54|114.06|3
Chengdu|成都|30.57|104.07|2
Chongqing|重庆|29.56|106.55|3
Wuhan|武汉|30.59|114.31|2
Nanjing|南京|32.06|118.80|3
Hangzhou|杭州|30.27|120.16|3
Xi’an|西安|34.34|108.94|2
Zhengzhou|郑州|34.75|113.63|3
Tianjin|天津|39.34|117.36|3
Jinan|济南|36.65|117.12|3
Qingdao|青岛|36.07|120.38|3
Shenyang|沈阳|41.81|123.43|3
Harbin|哈尔滨|45.80|126.53|2
Kunming|昆明|24.88|102.83|3
Guiyang|贵阳|26.65|106.63|3
Changsha|长沙|28.23|112.94|3
Nanchang|南昌|28.68|115.86|3
Fuzhou|福州|26.07|119.30|3
Xiamen|厦门|24.48|118.09|3
Hefei|合肥|31.82|117.23|3
Taiyuan|太原|37.87|112.55|3
Lanzhou|兰州|36.06|103.83|3
Hohhot|呼和浩特|40.84|111.75|3
Ürümqi|乌鲁木齐|43.83|87.62|2
Lhasa|拉萨|29.65|91.14|2
Nanning|南宁|22.82|108.37|3
Haikou|海口|20.04|110.20|3
Ulaanbaatar|乌兰巴托|47.89|106.91|2
Seoul|首尔|37.57|126.98|1
Busan|釜山|35.18|129.08|3
Tokyo|东京|35.68|139.69|1
Osaka|大阪|34.69|135.50|2
Sapporo|札幌|43.06|141.35|3
Fukuoka|福冈|33.59|130.40|3
Perth|珀斯|-31.95|115.86|2
Adelaide|阿德莱德|-34.93|138.60|3
Melbourne|墨尔本|-37.81|144.96|2
Sydney|悉尼|-33.87|151.21|1
Brisbane|布里斯班|-27.47|153.03|3
Auckland|奥克兰|-36.85|174.76|2
Honolulu|檀香山|21.31|-157.86|3
Anchorage|安克雷奇|61.22|-149.90|3
Vancouver|温哥华|49.28|-123.12|2
Seattle|西雅图|47.61|-122.33|3
San Francisco|旧金山|37.77|-122.42|2
Los Angeles|洛杉矶|34.05|-118.24|1
Phoenix|菲尼克斯|33.45|-112.07|3
Denver|丹佛|39.74|-104.99|2
Dallas|达拉斯|32.78|-96.80|3
Houston|休斯敦|29.76|-95.37|2
Minneapolis|明尼阿波利斯|44.98|-93.27|3
Chicago|芝加哥|41.88|-87.63|1
Atlanta|亚特兰大|33.75|-84.39|3
Miami|迈阿密|25.76|-80.19|2
Washington|华盛顿|38.91|-77.04|3
New York|纽约|40.71|-74.01|1
Boston|波士顿|42.36|-71.06|3
Toronto|多伦多|43.65|-79.38|2
Montreal|蒙特利尔|45.50|-73.57|3
Calgary|卡尔加里|51.05|-114.07|3
Mexico City|墨西哥城|19.43|-99.13|1
Guadalajara|瓜达拉哈拉|20.66|-103.35|3
Monterrey|蒙特雷|25.69|-100.32|3
Havana|哈瓦那|23.11|-82.37|3
Guatemala City|危地马拉城|14.63|-90.51|3
Panama City|巴拿马城|8.98|-79.52|3
Bogotá|波哥大|4.71|-74.07|1
Medellín|麦德林|6.24|-75.58|3
Caracas|加拉加斯|10.48|-66.90|2
Quito|基多|-0.18|-78.47|3
Lima|利马|-12.05|-77.04|1
La Paz|拉巴斯|-16.49|-68.12|3
Santiago|圣地亚哥|-33.45|-70.67|2
Buenos Aires|布宜诺斯艾利斯|-34.60|-58.38|1
Montevideo|蒙得维的亚|-34.90|-56.16|3
Porto Alegre|阿雷格里港|-30.03|-51.23|3
Curitiba|库里蒂巴|-25.43|-49.27|3
São Paulo|圣保罗|-23.55|-46.63|1
Rio de Janeiro|里约热内卢|-22.91|-43.17|2
Brasília|巴西利亚|-15.79|-47.88|2
Salvador|萨尔瓦多|-12.97|-38.50|3
Recife|累西腓|-8.05|-34.88|3
Fortaleza|福塔莱萨|-3.73|-38.53|3
Manaus|马瑙斯|-3.12|-60.02|2
Vaduz|瓦杜兹|47.14|9.52|3
`;

export const cities: readonly City[] = lines
  .trim()
  .split('\n')
  .map((line) => {
    const [en = '', zh = '', latitude, longitude, rank] = line.split('|');
    return { en, zh, latitude: Number(latitude), longitude: Number(longitude), rank: Number(rank) };
  });
